package io.heddle.model.relation;

/**
 * RFC 7047 section 3.2, {@code <column-schema>}.
 *
 * @param ephemeral need not survive a restart
 * @param mutable may change after the row was inserted
 */
public record ColumnSchema(String name, ColumnType type, boolean ephemeral, boolean mutable) {}
