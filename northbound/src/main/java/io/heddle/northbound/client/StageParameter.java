package io.heddle.northbound.client;

import io.heddle.v1.api.Stage;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A stage on the command line. */
final class StageParameter implements ITypeConverter<Stage>, Iterable<String> {
  private static final List<Stage> STAGES =
      List.of(Stage.COMMITTED, Stage.COMPILED, Stage.INSTALLED);

  StageParameter() {}

  @Override
  public Stage convert(String text) {
    return STAGES.stream()
        .filter(stage -> stage.name().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () -> new TypeConversionException(text + " is none of " + String.join(", ", this)));
  }

  @Override
  public Iterator<String> iterator() {
    return STAGES.stream().map(stage -> stage.name().toLowerCase(Locale.ROOT)).iterator();
  }
}
