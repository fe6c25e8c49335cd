package io.heddle.openflow;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * How things stand with one switch.
 *
 * @param chassis empty while nobody knows which chassis the switch belongs to
 * @param datapathId 16 hexadecimal digits; empty until the switch has told it
 * @param remote the other end of its connection, or the last one it had
 * @param revision the newest that the switch confirmed over this connection; 0 for none
 * @param flows of ours on the switch
 * @param punts packets it handed over
 * @param lastResync when its flows were last read back and compared
 * @param lastError the last thing that went wrong, over all connections of this chassis
 */
@RecordBuilder
public record SwitchState(
    Optional<UUID> chassis,
    Optional<String> datapathId,
    boolean connected,
    String remote,
    Role role,
    long revision,
    int flows,
    PuntCounts punts,
    Optional<Instant> lastResync,
    Optional<String> lastError)
    implements SwitchStateBuilder.With {

  /** Ours, as the switch confirmed it. */
  public enum Role {
    /** Not confirmed yet. */
    NONE,
    /** This member owns the chassis and drives its switch. */
    MASTER,
    /** Another member does. */
    SLAVE
  }
}
