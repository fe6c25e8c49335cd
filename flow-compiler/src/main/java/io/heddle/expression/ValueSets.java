package io.heddle.expression;

import io.heddle.flow.Bits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Sets of the values of one field, as binary decision diagrams (Bryant 1986) from the highest bit
 * to the lowest. Each set has one number, so equal sets are equal numbers; complements and
 * intersections never enumerate. For sets of prefixes and ranges the masks that come out are as few
 * as disjoint prefixes can be.
 */
final class ValueSets {
  /** Diagram nodes that one expression may take; about 100 bytes each. */
  static final int NODES = 1 << 20;

  static final int NONE = 0;
  static final int ALL = 1;

  private record Node(int bit, int zero, int one) {}

  private record Pair(int a, int b) {}

  private final List<Node> nodes = new ArrayList<>();
  private final Map<Node, Integer> numbers = new HashMap<>();
  private final Map<Pair, Integer> meets = new HashMap<>();
  private final Map<Integer, Integer> complements = new HashMap<>();
  private final Map<Integer, Long> counts = new HashMap<>();

  ValueSets() {
    nodes.add(new Node(-1, NONE, NONE));
    nodes.add(new Node(-1, ALL, ALL));
  }

  /** Values with these bits. */
  int of(Bits bits, Bits mask) throws BadExpression {
    int set = ALL;
    for (int i = 0; i < 128; i++) {
      if (bit(mask, i)) {
        set = bit(bits, i) ? node(i, NONE, set) : node(i, set, NONE);
      }
    }
    return set;
  }

  /** Values of which bits low to low + width - 1 are at least a number. */
  int atLeast(int low, int width, Bits number) throws BadExpression {
    int set = ALL;
    for (int i = 0; i < width; i++) {
      set = bit(number, i) ? node(low + i, NONE, set) : node(low + i, set, ALL);
    }
    return set;
  }

  int complement(int set) throws BadExpression {
    if (set <= ALL) {
      return ALL - set;
    }
    var known = complements.get(set);
    if (known != null) {
      return known;
    }
    var node = nodes.get(set);
    int result = node(node.bit(), complement(node.zero()), complement(node.one()));
    complements.put(set, result);
    return result;
  }

  int meet(int a, int b) throws BadExpression {
    if (a == b || b == ALL || a == NONE) {
      return a;
    }
    if (a == ALL || b == NONE) {
      return b;
    }
    var pair = new Pair(Math.min(a, b), Math.max(a, b));
    var known = meets.get(pair);
    if (known != null) {
      return known;
    }
    int bit = Math.max(nodes.get(a).bit(), nodes.get(b).bit());
    int zero = meet(below(a, bit, false), below(b, bit, false));
    int result = node(bit, zero, meet(below(a, bit, true), below(b, bit, true)));
    meets.put(pair, result);
    return result;
  }

  int join(int a, int b) throws BadExpression {
    return complement(meet(complement(a), complement(b)));
  }

  /** All of them together; halves first, which makes far fewer nodes than one after the other. */
  int join(List<Integer> sets) throws BadExpression {
    return switch (sets.size()) {
      case 0 -> NONE;
      case 1 -> sets.get(0);
      default -> {
        int half = sets.size() / 2;
        yield join(join(sets.subList(0, half)), join(sets.subList(half, sets.size())));
      }
    };
  }

  /** Masks it takes; {@link Long#MAX_VALUE} stands for all that is too much. */
  long masks(int set) {
    if (set <= ALL) {
      return set;
    }
    var known = counts.get(set);
    if (known != null) {
      return known;
    }
    var node = nodes.get(set);
    long sum = plus(masks(node.zero()), masks(node.one()));
    counts.put(set, sum);
    return sum;
  }

  /** Values that are in it, of a field of up to 32 bits. */
  long values(int set, int width) {
    var node = nodes.get(set);
    if (set <= ALL) {
      return set == NONE ? 0 : 1L << width;
    }
    long below = values(node.zero(), node.bit()) + values(node.one(), node.bit());
    return below << width - 1 - node.bit();
  }

  /** Gives every mask: which bits it asks for and the bits it looks at. */
  void eachMask(int set, BiConsumer<Bits, Bits> taker) {
    eachMask(set, Bits.ZERO, Bits.ZERO, taker);
  }

  private void eachMask(int set, Bits bits, Bits mask, BiConsumer<Bits, Bits> taker) {
    if (set == ALL) {
      taker.accept(bits, mask);
    } else if (set != NONE) {
      var node = nodes.get(set);
      var one = Bits.of(1).shiftLeft(node.bit());
      eachMask(node.zero(), bits, mask.or(one), taker);
      eachMask(node.one(), bits.or(one), mask.or(one), taker);
    }
  }

  /** Gives every value of a field that wide. */
  void eachValue(int set, int width, BiConsumer<Bits, Bits> taker) {
    eachValue(set, width - 1, Bits.ZERO, bits -> taker.accept(bits, Bits.ones(width)));
  }

  private void eachValue(int set, int bit, Bits bits, Consumer<Bits> taker) {
    if (set == NONE) {
      return;
    }
    if (bit < 0) {
      taker.accept(bits);
      return;
    }
    eachValue(below(set, bit, false), bit - 1, bits, taker);
    eachValue(below(set, bit, true), bit - 1, bits.or(Bits.of(1).shiftLeft(bit)), taker);
  }

  private int below(int set, int bit, boolean one) {
    var node = nodes.get(set);
    if (node.bit() != bit) {
      return set;
    }
    return one ? node.one() : node.zero();
  }

  private int node(int bit, int zero, int one) throws BadExpression {
    if (zero == one) {
      return zero;
    }
    var node = new Node(bit, zero, one);
    var known = numbers.get(node);
    if (known != null) {
      return known;
    }
    if (nodes.size() >= NODES) {
      throw new BadExpression("its sets of values are too intricate to work out");
    }
    nodes.add(node);
    numbers.put(node, nodes.size() - 1);
    return nodes.size() - 1;
  }

  static long plus(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }

  static long times(long a, long b) {
    return a != 0 && b > Long.MAX_VALUE / a ? Long.MAX_VALUE : a * b;
  }

  private static boolean bit(Bits bits, int i) {
    return (i < 64 ? bits.low() >>> i : bits.high() >>> i - 64) % 2 != 0;
  }
}
