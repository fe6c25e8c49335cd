package io.heddle.expression;

import io.heddle.expression.internal.MatchLanguageLexer;
import io.heddle.expression.internal.MatchLanguageParser;
import java.util.stream.Collectors;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.Interval;
import org.antlr.v4.runtime.misc.ParseCancellationException;

/** From text to parse tree, within bounds. */
final class Syntax {
  private Syntax() {}

  static MatchLanguageParser.ExpressionContext tree(String text) throws BadExpression {
    if (text.length() > Expression.LENGTH) {
      throw new BadExpression(
          text.length() + " characters are more than " + Expression.LENGTH + ", the limit");
    }
    var lexer = new MatchLanguageLexer(CharStreams.fromString(text));
    lexer.removeErrorListeners();
    var tokens = new CommonTokenStream(lexer);
    checkNesting(tokens);
    var parser = new MatchLanguageParser(tokens);
    parser.removeErrorListeners();
    parser.addErrorListener(new FirstFault(text));
    try {
      return parser.match().expression();
    } catch (ParseCancellationException e) {
      if (e.getCause() instanceof BadExpression bad) {
        throw bad;
      }
      throw e;
    }
  }

  /** The parser calls itself for each, so the stack is what they would exhaust. */
  private static void checkNesting(CommonTokenStream tokens) throws BadExpression {
    tokens.fill();
    int depth = 0;
    for (var token : tokens.getTokens()) {
      if (token.getText().equals("(") && ++depth > Expression.NESTING) {
        throw new BadExpression(
            token.getStartIndex(),
            "(",
            "more than " + Expression.NESTING + " parentheses in each other");
      }
      if (token.getText().equals(")")) {
        depth--;
      }
    }
  }

  /** What was written, spaces and all. */
  static String text(ParserRuleContext tree) {
    var range = Interval.of(tree.getStart().getStartIndex(), tree.getStop().getStopIndex());
    return tree.getStart().getInputStream().getText(range);
  }

  /** Ends reading at the first fault. */
  private static final class FirstFault extends BaseErrorListener {
    private final String text;

    FirstFault(String text) {
      this.text = text;
    }

    @Override
    public void syntaxError(
        Recognizer<?, ?> recognizer,
        Object symbol,
        int line,
        int column,
        String message,
        RecognitionException e) {
      var token = (Token) symbol;
      boolean end = token.getType() == Token.EOF;
      int at = end ? text.codePointCount(0, text.length()) : token.getStartIndex();
      var why =
          token.getText().equals("=")
              ? "equality is written =="
              : "expecting " + expected((MatchLanguageParser) recognizer);
      throw new ParseCancellationException(new BadExpression(at, end ? "" : token.getText(), why));
    }

    private static String expected(MatchLanguageParser parser) {
      return parser.getExpectedTokens().toList().stream()
          .map(t -> name(parser, t))
          .distinct()
          .collect(Collectors.joining(", "));
    }

    private static String name(MatchLanguageParser parser, int type) {
      return switch (type) {
        case Token.EOF -> "the end";
        case MatchLanguageParser.Name -> "a field";
        case MatchLanguageParser.Text -> "\"NAME\"";
        case MatchLanguageParser.AddressSet -> "$SET";
        case MatchLanguageParser.PortGroup -> "@GROUP";
        case MatchLanguageParser.Decimal,
            MatchLanguageParser.Hexadecimal,
            MatchLanguageParser.Mac,
            MatchLanguageParser.Ipv4,
            MatchLanguageParser.Ipv6 ->
            "a number or address";
        default -> parser.getVocabulary().getLiteralName(type).replace("'", "");
      };
    }
  }
}
