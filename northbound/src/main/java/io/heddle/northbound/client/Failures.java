package io.heddle.northbound.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.heddle.tls.TlsFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** What went wrong, in words for people and as an exit code for scripts. */
final class Failures {
  static final int REFUSED = 1;
  static final int USAGE = 2;
  static final int UNAVAILABLE = 3;
  static final int NOT_FOUND = 4;
  static final int TIMED_OUT = 5;
  static final int NOT_READY = 6;

  private static final Pattern OPERATION =
      Pattern.compile("operations\\[(\\d+)](?:\\.put\\.row|\\.put|\\.delete)?\\.?(.*)");

  private Failures() {}

  static int exitCode(StatusRuntimeException failure) {
    return switch (failure.getStatus().getCode()) {
      case UNAVAILABLE -> UNAVAILABLE;
      case NOT_FOUND -> NOT_FOUND;
      case DEADLINE_EXCEEDED -> TIMED_OUT;
      default -> REFUSED;
    };
  }

  /**
   * @param labels what the user calls the transaction's operations
   */
  static List<String> lines(StatusRuntimeException failure, List<String> labels, String server) {
    var violations = violations(failure);
    if (violations.isEmpty()) {
      return List.of(sentence(failure, server));
    }
    var lines = new ArrayList<String>();
    violations.forEach(v -> lines.add(line(v, labels)));
    if (violations.size() > 1) {
      lines.add(failure.getStatus().getDescription().replaceFirst(".*(\\(.*\\))$", "$1"));
    }
    return lines;
  }

  private static String sentence(StatusRuntimeException failure, String server) {
    var description = failure.getStatus().getDescription();
    var said = description == null ? "" : description;
    return switch (failure.getStatus().getCode()) {
      case UNAVAILABLE -> "no answer from " + server + ": " + said + cause(failure);
      case DEADLINE_EXCEEDED -> said.startsWith("revision") ? said : "not in time: " + said;
      default -> said.isEmpty() ? failure.getStatus().getCode().name() : said;
    };
  }

  private static String cause(StatusRuntimeException failure) {
    Throwable cause = failure.getCause();
    while (cause != null && cause.getCause() != null && !(cause instanceof SSLException)) {
      cause = cause.getCause();
    }
    if (cause instanceof SSLException) {
      return " (" + TlsFailure.words(cause) + ")";
    }
    return failure.getCause() == null ? "" : " (" + failure.getCause().getMessage() + ")";
  }

  private static List<FieldViolation> violations(StatusRuntimeException failure) {
    for (var any : StatusProto.fromThrowable(failure).getDetailsList()) {
      try {
        if (any.is(BadRequest.class)) {
          return any.unpack(BadRequest.class).getFieldViolationsList();
        }
      } catch (InvalidProtocolBufferException e) {
        // A detail that does not parse tells nothing; the message still does.
      }
    }
    return List.of();
  }

  private static String line(FieldViolation violation, List<String> labels) {
    var path = OPERATION.matcher(violation.getField());
    if (!path.matches() || Integer.parseInt(path.group(1)) >= labels.size()) {
      var field = violation.getField();
      return field.isEmpty()
          ? violation.getDescription()
          : field + ": " + violation.getDescription();
    }
    var where = labels.get(Integer.parseInt(path.group(1)));
    var field = path.group(2).isEmpty() ? "" : " " + path.group(2);
    return where + field + ": " + shorter(violation.getDescription(), where);
  }

  /** Without the row's name, where that is said already. */
  private static String shorter(String description, String where) {
    int colon = description.indexOf(": ");
    return colon > 0 && where.endsWith("(" + description.substring(0, colon) + ")")
        ? description.substring(colon + 2)
        : description;
  }
}
