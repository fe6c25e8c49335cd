package io.heddle.openflow.wire;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.opendaylight.openflowjava.protocol.api.extensibility.OFDeserializer;
import org.opendaylight.openflowjava.protocol.api.extensibility.OFSerializer;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.protocol.rev130731.OfHeader;
import org.opendaylight.yangtools.yang.common.Uint32;
import org.opendaylight.yangtools.yang.common.Uint8;

/**
 * How bytes pass through openflowjava, which expects objects of its own model: whole messages in,
 * any number of whole messages out. So nothing is lost that the model has no words for, errors of
 * Open vSwitch's extensions above all, which the library drops.
 */
sealed interface Envelope extends OfHeader {
  Uint8 OPENFLOW_13 = Uint8.valueOf(4);

  /** Neither way does anybody ask for it. */
  @Override
  default Uint32 getXid() {
    return Uint32.ZERO;
  }

  @Override
  default Uint8 getVersion() {
    return OPENFLOW_13;
  }

  @Override
  Class<? extends Envelope> implementedInterface();

  record In(Message message) implements Envelope {
    /** Of messages of the given version, which the library cuts off before it calls. */
    static OFDeserializer<In> deserializer(int version) {
      return buffer -> {
        var bytes = new byte[1 + buffer.writerIndex()];
        bytes[0] = (byte) version;
        buffer.getBytes(0, bytes, 1, buffer.writerIndex());
        buffer.readerIndex(buffer.writerIndex());
        return new In(new Message(bytes));
      };
    }

    @Override
    public Class<In> implementedInterface() {
      return In.class;
    }
  }

  record Out(List<Slice> slices) implements Envelope {
    static final OFSerializer<Out> SERIALIZER = Out::write;

    private static void write(Out message, ByteBuf buffer) {
      buffer.ensureWritable(message.slices.stream().mapToInt(Slice::length).sum());
      message.slices.forEach(s -> buffer.writeBytes(s.bytes(), s.from(), s.length()));
    }

    @Override
    public Class<Out> implementedInterface() {
      return Out.class;
    }
  }
}
