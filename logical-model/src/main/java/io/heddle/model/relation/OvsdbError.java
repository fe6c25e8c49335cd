package io.heddle.model.relation;

import java.util.Optional;

/**
 * Why something was refused (RFC 7047 section 3.1, {@code <error>}).
 *
 * @param error one of the strings that the RFC and ovsdb-server name, such as "constraint
 *     violation"
 * @param details for people
 * @param syntax the JSON that was at fault
 */
public record OvsdbError(String error, String details, Optional<String> syntax) {
  public static final String ABORTED = "aborted";
  public static final String CONSTRAINT_VIOLATION = "constraint violation";
  public static final String DOMAIN_ERROR = "domain error";
  public static final String DUPLICATE_UUID = "duplicate uuid";
  public static final String DUPLICATE_UUID_NAME = "duplicate uuid-name";
  public static final String NOT_OWNER = "not owner";
  public static final String OVSDB_ERROR = "ovsdb error";
  public static final String RANGE_ERROR = "range error";
  public static final String REFERENTIAL_INTEGRITY_VIOLATION = "referential integrity violation";
  public static final String RESOURCES_EXHAUSTED = "resources exhausted";
  public static final String SYNTAX_ERROR = "syntax error";
  public static final String TIMED_OUT = "timed out";
  public static final String UNKNOWN_COLUMN = "unknown column";
  public static final String UNKNOWN_DATABASE = "unknown database";
  public static final String UNKNOWN_FUNCTION = "unknown function";
  public static final String UNKNOWN_MUTATOR = "unknown mutator";

  public static OvsdbError of(String error, String details) {
    return new OvsdbError(error, details, Optional.empty());
  }

  public static OvsdbError constraint(String details) {
    return of(CONSTRAINT_VIOLATION, details);
  }
}
