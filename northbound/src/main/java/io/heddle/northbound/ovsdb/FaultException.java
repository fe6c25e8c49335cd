package io.heddle.northbound.ovsdb;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.heddle.model.relation.OvsdbError;
import java.util.Optional;

/** A request or a part of it cannot be read or granted; carries what the client is told. */
final class FaultException extends Exception {
  private final transient OvsdbError error;

  FaultException(OvsdbError error) {
    super(error.details(), null, false, false);
    this.error = error;
  }

  static FaultException of(String error, String details) {
    return new FaultException(OvsdbError.of(error, details));
  }

  static FaultException at(JsonElement syntax, String error, String details) {
    return new FaultException(new OvsdbError(error, details, Optional.of(Json.sorted(syntax))));
  }

  static FaultException syntax(JsonElement syntax, String details) {
    return at(syntax, OvsdbError.SYNTAX_ERROR, details);
  }

  static FaultException syntax(String details) {
    return of(OvsdbError.SYNTAX_ERROR, details);
  }

  OvsdbError error() {
    return error;
  }

  JsonObject json() {
    return json(error);
  }

  /** RFC 7047, section 3.1, {@code <error>}; "syntax" is ovsdb-server's addition. */
  static JsonObject json(OvsdbError error) {
    var json = new JsonObject();
    json.addProperty("error", error.error());
    if (!error.details().isEmpty()) {
      json.addProperty("details", error.details());
    }
    error.syntax().ifPresent(syntax -> json.addProperty("syntax", syntax));
    return json;
  }
}
