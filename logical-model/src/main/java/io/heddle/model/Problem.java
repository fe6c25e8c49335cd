package io.heddle.model;

/**
 * Something that cannot be realised as asked, though the store accepted it.
 *
 * @param kind the kind of row it concerns, or what else it concerns ("connection")
 * @param name the row's name, or what else identifies the subject
 * @param message what is wrong and, where it helps, what to do
 */
public record Problem(String kind, String name, String message) {}
