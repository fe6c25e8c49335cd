package io.heddle.compiler;

/**
 * Where flows come from: the feature that made them, which of its rules, what it made them for (a
 * row's UUID or a value such as a switch and a MAC), and the layer they belong to.
 */
public final class UnitKey {
  private final String feature;
  private final int rule;
  private final Object subject;
  private final Layer layer;

  /** Of the others: there are very many keys in many tables, and their parts lie far apart. */
  private final int hash;

  public UnitKey(String feature, int rule, Object subject, Layer layer) {
    this.feature = feature;
    this.rule = rule;
    this.subject = subject;
    this.layer = layer;
    this.hash =
        31 * (31 * (31 * feature.hashCode() + rule) + subject.hashCode()) + layer.hashCode();
  }

  public UnitKey(String feature, Object subject, Layer layer) {
    this(feature, 0, subject, layer);
  }

  public String feature() {
    return feature;
  }

  /** Its number among the feature's. */
  public int rule() {
    return rule;
  }

  public Object subject() {
    return subject;
  }

  public Layer layer() {
    return layer;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof UnitKey key
            && key.hash == hash
            && key.rule == rule
            && key.feature.equals(feature)
            && key.subject.equals(subject)
            && key.layer.equals(layer);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return feature + "/" + rule + " for " + subject + " in " + layer;
  }
}
