package io.heddle.compiler;

/**
 * Where flows come from: the feature that made them, what it made them for (a row's UUID or a value
 * such as a switch and a MAC), and the layer they belong to.
 */
public record UnitKey(String feature, Object subject, Layer layer) {}
