package io.heddle.openflow.wire;

import org.opendaylight.openflowjava.protocol.api.extensibility.OFDeserializer;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.protocol.rev130731.OfHeader;
import org.opendaylight.yangtools.yang.common.Uint32;
import org.opendaylight.yangtools.yang.common.Uint8;

/**
 * How whole messages come through openflowjava, which makes objects of its own model of them. So
 * nothing is lost that the model has no words for, errors of Open vSwitch's extensions above all,
 * which the library drops.
 */
record Envelope(Message message) implements OfHeader {
  static final Uint8 OPENFLOW_13 = Uint8.valueOf(4);

  /** Of messages of the given version, which the library cuts off before it calls. */
  static OFDeserializer<Envelope> deserializer(int version) {
    return buffer -> {
      var bytes = new byte[1 + buffer.writerIndex()];
      bytes[0] = (byte) version;
      buffer.getBytes(0, bytes, 1, buffer.writerIndex());
      buffer.readerIndex(buffer.writerIndex());
      return new Envelope(new Message(bytes));
    };
  }

  @Override
  public Uint8 getVersion() {
    return OPENFLOW_13;
  }

  /** Nobody asks for it. */
  @Override
  public Uint32 getXid() {
    return Uint32.ZERO;
  }

  @Override
  public Class<Envelope> implementedInterface() {
    return Envelope.class;
  }
}
