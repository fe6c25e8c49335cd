package io.heddle.openflow.wire;

/** Part of an array that is written as it is and must never change. */
public record Slice(byte[] bytes, int from, int length) {
  public static Slice of(byte[] bytes) {
    return new Slice(bytes, 0, bytes.length);
  }
}
