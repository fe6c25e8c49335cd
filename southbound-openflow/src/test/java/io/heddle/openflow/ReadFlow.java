package io.heddle.openflow;

import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flag;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Meter;
import io.heddle.flow.Table;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A flow read back from the message that adds it. Reading is strict: every length must be right and
 * every padding 0. It knows the formats from their specifications (OpenFlow 1.3 section 7; Open
 * vSwitch's nicira-ext.h and ofp-actions.c) and shares nothing with the encoder but numbers.
 */
record ReadFlow(Flow.Key key, long cookie, List<Action> actions, Optional<Table> next) {
  private static final Map<Integer, Field> FIELDS = new HashMap<>();

  static {
    Arrays.stream(Field.values()).forEach(f -> FIELDS.put(f.oxmClass() << 7 | f.oxmField(), f));
  }

  static ReadFlow of(Flow flow) {
    return new ReadFlow(flow.key(), flow.cookie(), flow.actions(), flow.next());
  }

  /**
   * Reads bundle-add messages, one after the other.
   *
   * @throws IllegalArgumentException if they are not such as Open vSwitch could read
   */
  static List<ReadFlow> all(ByteBuffer messages) {
    var flows = new ArrayList<ReadFlow>();
    while (messages.hasRemaining()) {
      flows.add(message(part(messages, 2, 0)));
    }
    return flows;
  }

  private static ReadFlow message(ByteBuffer in) {
    expect("header", in, 1, Protocol.VERSION, 1, Protocol.EXPERIMENTER, 2, in.remaining());
    expect("bundle", in, 4, FlowBytes.XID, 4, Protocol.ONF, 4, Protocol.ONF_BUNDLE_ADD);
    expect("bundle", in, 4, FlowBytes.BUNDLE, 2, 0, 2, Protocol.BUNDLE_ATOMIC_ORDERED);
    expect("flow-mod", in, 1, Protocol.VERSION, 1, Protocol.FLOW_MOD, 2, in.remaining());
    expect("flow-mod", in, 4, FlowBytes.XID);
    long cookie = in.getLong();
    expect("cookie mask", in, 8, 0);
    var table = table(in.get());
    expect("command and timeouts", in, 1, Protocol.FLOW_ADD, 2, 0, 2, 0);
    int priority = in.getShort() & 0xffff;
    expect("buffer and outputs", in, 4, -1, 4, -1, 4, -1);
    expect("flags", in, 2, 0, 2, 0);
    var match = match(in);
    var actions = List.<Action>of();
    var next = Optional.<Table>empty();
    while (in.hasRemaining()) {
      int type = in.getShort(in.position());
      var instruction = part(in, 2, 0);
      expect("instruction", instruction, 4, type << 16 | instruction.remaining());
      if (type == Protocol.INSTRUCTION_APPLY_ACTIONS && actions.isEmpty() && next.isEmpty()) {
        expect("padding", instruction, 4, 0);
        actions = actions(instruction, cookie);
      } else if (type == Protocol.INSTRUCTION_GOTO_TABLE && next.isEmpty()) {
        next = Optional.of(table(instruction.get()));
        expect("padding", instruction, 1, 0, 2, 0);
        end(instruction);
      } else {
        throw new IllegalArgumentException("instruction " + type);
      }
    }
    return new ReadFlow(new Flow.Key(table, priority, match), cookie, actions, next);
  }

  private static Match match(ByteBuffer in) {
    int length = in.getShort(in.position() + 2);
    var fields = part(in, 2, -length & 7);
    expect("match", fields, 2, Protocol.MATCH_OXM, 2, length);
    var match = Match.ALL;
    while (fields.position() < length) {
      int header = fields.getInt();
      var field = field(header);
      boolean masked = (header >> 8 & 1) == 1;
      if ((header & 0xff) != field.length() * (masked ? 2 : 1)) {
        throw new IllegalArgumentException(field + " is matched with " + (header & 0xff));
      }
      var value = bits(fields, field.length());
      match = match.and(field, value, masked ? bits(fields, field.length()) : field.all());
    }
    padding(fields, 7);
    return match;
  }

  private static List<Action> actions(ByteBuffer in, long cookie) {
    var actions = new ArrayList<Action>();
    while (in.hasRemaining()) {
      if (in.getShort(in.position() + 2) % 8 != 0) {
        throw new IllegalArgumentException("an action ends between two multiples of 8 bytes");
      }
      var action = part(in, 2, 0);
      int type = action.getShort() & 0xffff;
      action.getShort();
      actions.add(
          switch (type) {
            case Protocol.ACTION_OUTPUT -> output(action);
            case Protocol.ACTION_DEC_NW_TTL -> decTtl(action);
            default -> nicira(type, action, cookie);
          });
      end(action);
    }
    return actions;
  }

  private static Action output(ByteBuffer in) {
    var output = Action.output(in.getInt());
    expect("nothing for controllers, and padding", in, 2, 0, 2, 0, 4, 0);
    return output;
  }

  private static Action decTtl(ByteBuffer in) {
    expect("padding", in, 4, 0);
    return Action.decTtl();
  }

  private static Action nicira(int type, ByteBuffer in, long cookie) {
    if (type != Protocol.ACTION_EXPERIMENTER) {
      throw new IllegalArgumentException("action " + type);
    }
    expect("experimenter", in, 4, Protocol.NICIRA);
    int subtype = in.getShort();
    return switch (subtype) {
      case Protocol.NX_REG_LOAD -> {
        int bits = in.getShort() & 0xffff;
        var field = whole(in.getInt());
        yield new Action.Load(field, bits >> 6, (bits & 0x3f) + 1, Bits.of(in.getLong()));
      }
      case Protocol.NX_REG_MOVE -> {
        int width = in.getShort();
        int from = in.getShort();
        int to = in.getShort();
        yield new Action.Move(whole(in.getInt()), from, whole(in.getInt()), to, width);
      }
      case Protocol.NX_MULTIPATH -> {
        expect("hash", in, 2, Protocol.NX_HASH_SYMMETRIC_L3L4_UDP, 2, 0, 2, 0);
        expect("algorithm", in, 2, Protocol.NX_HIGHEST_RANDOM_WEIGHT);
        int members = 1 + (in.getShort() & 0xffff);
        expect("argument, and padding", in, 4, 0, 2, 0);
        int width = 1 + in.getShort();
        var to = whole(in.getInt());
        expect("width", ByteBuffer.allocate(2).putShort(0, (short) width), 2, to.width());
        yield new Action.Multipath(members, to);
      }
      case Protocol.NX_CHECK_PKT_LARGER -> {
        int bytes = in.getShort() & 0xffff;
        var flag = Flag.values()[in.getShort()];
        expect("where to", in, 4, Field.FLAGS.header(), 6, 0);
        yield new Action.CheckLarger(bytes, flag);
      }
      case Protocol.NX_RESUBMIT_TABLE -> {
        expect("port", in, 2, Protocol.NX_IN_PORT);
        var resubmit = Action.resubmit(table(in.get()));
        expect("padding", in, 1, 0, 2, 0);
        yield resubmit;
      }
      case Protocol.NX_CLONE -> {
        expect("padding", in, 2, 0, 4, 0);
        yield new Action.Clone(actions(in, cookie));
      }
      case Protocol.NX_LEARN2 -> learn(in, cookie);
      case Protocol.NX_CONTROLLER2 -> punt(in);
      default -> throw new IllegalArgumentException("action " + subtype + " of Open vSwitch's");
    };
  }

  private static Action punt(ByteBuffer in) {
    expect("padding", in, 2, 0, 4, 0);
    int length = in.getShort(in.position() + 2);
    var note = part(in, 2, -length & 7);
    expect("user data", note, 2, Protocol.NX_CONTROLLER_USERDATA, 2, length);
    var text = new byte[length - 4];
    note.get(text);
    padding(note, 7);
    var punt = Action.Punt.read(new String(text, StandardCharsets.US_ASCII)).orElseThrow();
    expect("meter", in, 2, Protocol.NX_CONTROLLER_METER, 2, 8);
    int meter = in.getInt();
    return IntStream.range(0, Meter.SHARES)
        .mapToObj(share -> new Action.Punt(punt.reason(), share))
        .filter(shared -> shared.meterId() == meter)
        .findFirst()
        .orElseThrow();
  }

  private static Action learn(ByteBuffer in, long cookie) {
    expect("idle timeout", in, 2, 0);
    int age = in.getShort() & 0xffff;
    int priority = in.getShort() & 0xffff;
    expect("cookie and flags", in, 8, cookie, 2, Protocol.NX_LEARN_DELETE_LEARNED);
    var table = table(in.get());
    expect("timeouts after FIN, and padding", in, 1, 0, 2, 0, 2, 0);
    int limit = in.getInt();
    expect("where the result goes", in, 2, 0, 2, 0);
    var specs = new ArrayList<Action.Spec>();
    // A header of 0 ends the specifications, and so does the action's end.
    while (in.remaining() >= 2 && in.getShort(in.position()) != 0) {
      specs.add(spec(in));
    }
    padding(in, 7);
    return new Action.Learn(table, priority, age, limit, specs);
  }

  private static Action.Spec spec(ByteBuffer in) {
    int header = in.getShort();
    int width = header & 0x7ff;
    boolean value = (header >> 13 & 1) == 1;
    boolean load = (header >> 11 & 3) == 1;
    if (value) {
      var bits = bits(in, (width + 15) / 16 * 2);
      if (!load) {
        throw new IllegalArgumentException("a learned flow matches a constant");
      }
      return new Action.Spec.LoadValue(bits, learnField(in, width));
    }
    var from = learnField(in, width);
    var to = learnField(in, width);
    return load ? new Action.Spec.LoadField(from, to) : new Action.Spec.MatchField(from, to);
  }

  private static Field learnField(ByteBuffer in, int width) {
    var field = whole(in.getInt());
    expect("offset", in, 2, 0);
    if (field.width() != width) {
      throw new IllegalArgumentException(width + " bits of " + field);
    }
    return field;
  }

  private static Field field(int header) {
    var field = FIELDS.get(header >>> 9);
    if (field == null) {
      throw new IllegalArgumentException("there is no field %08x".formatted(header));
    }
    return field;
  }

  /** Of a header without a mask, which tells the length of the whole field. */
  private static Field whole(int header) {
    var field = field(header);
    if ((header & 0x1ff) != field.length()) {
      throw new IllegalArgumentException(
          "%s does not have the header %08x".formatted(field, header));
    }
    return field;
  }

  private static Table table(byte number) {
    return Table.of(number & 0xff)
        .orElseThrow(() -> new IllegalArgumentException("table " + number));
  }

  private static Bits bits(ByteBuffer in, int length) {
    var bytes = new byte[length];
    in.get(bytes);
    return Bits.of(bytes);
  }

  /** Cuts off what has its length in it, and so many bytes more. */
  private static ByteBuffer part(ByteBuffer in, int lengthAt, int more) {
    int length = (in.getShort(in.position() + lengthAt) & 0xffff) + more;
    if (length < 4 || length > in.remaining()) {
      throw new IllegalArgumentException("a length of " + length + " of " + in.remaining());
    }
    var part = in.slice(in.position(), length);
    in.position(in.position() + length);
    return part;
  }

  /**
   * @param layout by turns how many bytes there are and what number is in them
   */
  private static void expect(String what, ByteBuffer in, long... layout) {
    for (int i = 0; i < layout.length; i += 2) {
      int length = (int) layout[i];
      var found = bits(in, length);
      var expected = Bits.of(layout[i + 1]).and(Bits.ones(8 * length));
      if (!found.equals(expected)) {
        throw new IllegalArgumentException(what + " is " + found + ", not " + expected);
      }
    }
  }

  private static void padding(ByteBuffer in, int most) {
    if (in.remaining() > most) {
      throw new IllegalArgumentException(in.remaining() + " bytes of padding");
    }
    expect("padding", in, in.remaining(), 0);
  }

  private static void end(ByteBuffer in) {
    if (in.hasRemaining()) {
      throw new IllegalArgumentException(in.remaining() + " bytes too many");
    }
  }
}
