package io.heddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SheetTest {
  @Test
  void columnsAreAsWideAsTheyMustBe() {
    var sheet = new Sheet("A", "LONG", "C");
    sheet.row("one", "2", "");
    sheet.row("", "three", "x");
    assertEquals(
        """
        A    LONG   C
        one  2
             three  x
        """,
        printed(sheet));
  }

  @Test
  void whatMovesTheCursorIsNotPrinted() {
    var sheet = new Sheet("NAME");
    sheet.row("\u001b[2Jlsp\n\u202e1\"\\ü");
    assertEquals("NAME\n?[2Jlsp??1\"\\ü\n", printed(sheet));
    assertEquals("a\nb?", Sheet.lines("a\nb\u0007"));
  }

  private static String printed(Sheet sheet) {
    var bytes = new ByteArrayOutputStream();
    sheet.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
