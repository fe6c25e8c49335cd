package io.heddle.compiler;

/**
 * Where flows come from: the feature that made them, which of its rules, what it made them for (a
 * row's UUID or a value such as a switch and a MAC), and the layer they belong to.
 */
public record UnitKey(String feature, int rule, Object subject, Layer layer) {
  public UnitKey(String feature, Object subject, Layer layer) {
    this(feature, 0, subject, layer);
  }
}
