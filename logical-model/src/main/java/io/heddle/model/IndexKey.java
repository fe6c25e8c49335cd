package io.heddle.model;

/**
 * One value of one index: the rows of {@code kind} whose {@code index} columns have {@code value}.
 */
public record IndexKey(Kind kind, String index, String value) {}
