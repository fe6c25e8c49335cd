package io.heddle.openflow.wire;

/** Told what happens on a line, one thing at a time, on the line's own executor. */
public interface Receiver {
  /** Whatever this throws ends the line, since it means that the message made no sense. */
  void received(Message message);

  /** The line is at its end; nothing follows. */
  void closed(Ending ending);
}
