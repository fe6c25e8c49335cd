package io.heddle.model.relation;

import io.heddle.v1.OvsdbResult;
import io.heddle.v1.OvsdbResults;
import io.heddle.v1.OvsdbRow;
import io.heddle.v1.OvsdbRows;
import io.heddle.v1.OvsdbUnmet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Results as messages of ovsdb.proto and back. Reading throws {@link IllegalArgumentException}
 * where nobody can have written that.
 */
public final class ResultMessages {
  private ResultMessages() {}

  public static OvsdbResults write(List<Result> results) {
    return OvsdbResults.newBuilder()
        .addAllResults(results.stream().map(ResultMessages::write).toList())
        .build();
  }

  public static List<Result> read(OvsdbResults results) {
    return results.getResultsList().stream().map(ResultMessages::read).toList();
  }

  private static OvsdbResult write(Result result) {
    var message = OvsdbResult.newBuilder();
    if (result instanceof Result.Inserted inserted) {
      message.setInserted(UuidBytes.of(inserted.uuid()));
    } else if (result instanceof Result.Selected selected) {
      var rows = OvsdbRows.newBuilder();
      for (var row : selected.rows()) {
        rows.addRows(OvsdbRow.newBuilder().putAllColumns(DatumMessages.write(row)));
      }
      message.setSelected(rows);
    } else if (result instanceof Result.Counted counted) {
      message.setCounted(counted.rows());
    } else if (result instanceof Result.Done) {
      message.setDone(true);
    } else if (result instanceof Result.Failed failed) {
      message.setFailed(write(failed.error()));
    } else if (result instanceof Result.Unmet unmet) {
      var wait = OvsdbUnmet.newBuilder();
      unmet.timeout().ifPresent(wait::setTimeout);
      message.setUnmet(wait);
    } else {
      message.setSkipped(true);
    }
    return message.build();
  }

  private static Result read(OvsdbResult message) {
    return switch (message.getResultCase()) {
      case INSERTED -> new Result.Inserted(UuidBytes.uuid(message.getInserted()));
      case SELECTED ->
          new Result.Selected(
              message.getSelected().getRowsList().stream()
                  .map(row -> DatumMessages.read(row.getColumnsMap()))
                  .toList());
      case COUNTED -> new Result.Counted(message.getCounted());
      case DONE -> new Result.Done();
      case FAILED -> new Result.Failed(read(message.getFailed()));
      case UNMET -> {
        var unmet = message.getUnmet();
        yield new Result.Unmet(
            unmet.hasTimeout() ? OptionalLong.of(unmet.getTimeout()) : OptionalLong.empty());
      }
      case SKIPPED -> new Result.Skipped();
      case RESULT_NOT_SET -> throw new IllegalArgumentException("a result of no kind");
    };
  }

  static io.heddle.v1.OvsdbError write(OvsdbError error) {
    return io.heddle.v1.OvsdbError.newBuilder()
        .setError(error.error())
        .setDetails(error.details())
        .setSyntax(error.syntax().orElse(""))
        .build();
  }

  static OvsdbError read(io.heddle.v1.OvsdbError error) {
    return new OvsdbError(
        error.getError(),
        error.getDetails(),
        Optional.of(error.getSyntax()).filter(syntax -> !syntax.isEmpty()));
  }
}
