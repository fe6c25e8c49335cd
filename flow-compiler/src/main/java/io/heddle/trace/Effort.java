package io.heddle.trace;

/**
 * What a packet cost a switch, counted as {@link io.heddle.flow.Bounds} counts.
 *
 * @param lookUps those after the first
 * @param depth resubmits within resubmits that did not go forward
 */
public record Effort(int lookUps, int depth) {
  static final Effort NONE = new Effort(0, 0);
}
