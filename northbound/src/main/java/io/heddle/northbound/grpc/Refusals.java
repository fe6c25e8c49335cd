package io.heddle.northbound.grpc;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.heddle.model.Outcome.Refused;
import io.heddle.model.Store;
import io.heddle.model.Violation;
import io.heddle.v1.Operation;
import io.heddle.v1.Transaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes wrong, as gRPC tells it: a canonical code, a message for people, and as details
 * google.rpc.BadRequest with every field at fault, or google.rpc.ErrorInfo.
 */
final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

  /** The domain of every {@link ErrorInfo}. */
  static final String DOMAIN = "heddle";

  /** Characters of one description; it may quote what the client sent. */
  static final int DESCRIPTION_LENGTH = 200;

  private static final int FIELD_LENGTH = 120;

  /** Characters of a message beside details: each may take nine bytes of the trailers. */
  private static final int SUMMARY_LENGTH = 120;

  private static final int MESSAGE_LENGTH = 400;

  private final int errorBytes;

  /**
   * @param errorBytes what the details of one error may take; see {@link ApiLimits#errorBytes}
   */
  Refusals(int errorBytes) {
    this.errorBytes = errorBytes;
  }

  /** A transaction that the store refused; its violations name fields by their path in it. */
  StatusRuntimeException of(Refused refused, Transaction transaction) {
    var fields =
        refused.violations().stream().flatMap(v -> fieldViolations(v, transaction)).toList();
    return badRequest(
        switch (refused.reason()) {
          case INVALID -> Code.INVALID_ARGUMENT;
          case CONFLICT -> Code.ABORTED;
          case LIMIT -> Code.RESOURCE_EXHAUSTED;
        },
        fields);
  }

  StatusRuntimeException invalid(String field, String description) {
    return badRequest(Code.INVALID_ARGUMENT, List.of(violation(field, description)));
  }

  static StatusRuntimeException plain(Code code, String message) {
    return StatusProto.toStatusRuntimeException(
        Status.newBuilder()
            .setCode(code.getNumber())
            .setMessage(shorten(message, MESSAGE_LENGTH))
            .build());
  }

  /** Of a store that cannot answer. */
  static StatusRuntimeException unavailable(Throwable failure) {
    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof Store.UnavailableException) {
      return plain(Code.UNAVAILABLE, cause.getMessage());
    }
    return failed(cause);
  }

  /** Of what should not happen. */
  static StatusRuntimeException failed(Throwable cause) {
    LOG.error("A call failed", cause);
    return plain(Code.INTERNAL, "the call failed; the server's log tells more");
  }

  static StatusRuntimeException exhausted(String limit, Object value) {
    return withInfo(
        Code.RESOURCE_EXHAUSTED,
        "the limit " + limit + " of " + value + " is reached",
        "LIMIT_REACHED",
        Map.of("limit", limit, "value", value.toString()));
  }

  static StatusRuntimeException withInfo(
      Code code, String message, String reason, Map<String, String> metadata) {
    var info =
        ErrorInfo.newBuilder().setDomain(DOMAIN).setReason(reason).putAllMetadata(metadata).build();
    return StatusProto.toStatusRuntimeException(
        Status.newBuilder()
            .setCode(code.getNumber())
            .setMessage(shorten(message, MESSAGE_LENGTH))
            .addDetails(Any.pack(info))
            .build());
  }

  /** As many violations as the trailers hold; the message counts the rest. */
  private StatusRuntimeException badRequest(Code code, List<FieldViolation> violations) {
    var told = BadRequest.newBuilder();
    int room = errorBytes;
    for (var violation : violations) {
      room -= violation.getSerializedSize() + 4;
      if (room < 0 && told.getFieldViolationsCount() > 0) {
        break;
      }
      told.addFieldViolations(violation);
    }
    return StatusProto.toStatusRuntimeException(
        Status.newBuilder()
            .setCode(code.getNumber())
            .setMessage(summary(violations, told.getFieldViolationsCount()))
            .addDetails(Any.pack(told.build()))
            .build());
  }

  private static String summary(List<FieldViolation> violations, int told) {
    var first = violations.isEmpty() ? "refused" : violations.get(0).getDescription();
    var count = new ArrayList<String>();
    if (violations.size() > 1) {
      count.add(violations.size() + " errors");
    }
    if (told < violations.size()) {
      count.add("only " + told + " of them are told");
    }
    var summary = shorten(first, SUMMARY_LENGTH);
    return count.isEmpty() ? summary : summary + " (" + String.join(", ", count) + ")";
  }

  private static Stream<FieldViolation> fieldViolations(
      Violation violation, Transaction transaction) {
    var description =
        violation.row().isEmpty()
            ? violation.message()
            : violation.row() + ": " + violation.message();
    // A violated uniqueness names several fields at once.
    return Arrays.stream(violation.field().split(",", -1))
        .map(field -> violation(path(violation.operation(), field, transaction), description));
  }

  private static FieldViolation violation(String field, String description) {
    return FieldViolation.newBuilder()
        .setField(shorten(field, FIELD_LENGTH))
        .setDescription(shorten(description, DESCRIPTION_LENGTH))
        .build();
  }

  private static String path(int index, String field, Transaction transaction) {
    if (index < 0 || index >= transaction.getOperationsCount()) {
      return field;
    }
    var operation = "operations[" + index + "]";
    return switch (transaction.getOperations(index).getOperationCase()) {
      case PUT -> join(operation + ".put", putPath(field, transaction.getOperations(index)));
      case DELETE -> join(operation + ".delete", field);
      case OPERATION_NOT_SET -> join(operation, field);
    };
  }

  /** The state machine names a row's own fields and those of the put alike. */
  private static String putPath(String field, Operation operation) {
    return switch (field) {
      case "row", "uuid", "update_mask" -> field;
      default -> operation.getPut().hasRow() ? join("row", field) : field;
    };
  }

  private static String join(String path, String field) {
    return field.isEmpty() ? path : path + "." + field;
  }

  /** Cuts between characters, never within a surrogate pair. */
  private static String shorten(String text, int length) {
    return text.length() <= length ? text : text.substring(0, cut(text, length)) + "…";
  }

  private static int cut(String text, int length) {
    return Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
  }
}
