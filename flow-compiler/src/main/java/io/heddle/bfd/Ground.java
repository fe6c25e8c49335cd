package io.heddle.bfd;

import io.heddle.flow.Ip;
import java.util.UUID;

/** What it may rest on who keeps a session. */
sealed interface Ground {
  /** With which switches a switch is linked. */
  record Segment(UUID logicalSwitch) implements Ground {}

  /** Which ports of a switch have an address, and where they are. */
  record Address(UUID logicalSwitch, Ip ip) implements Ground {}

  /** Which ports of a switch may have any address, and where they are. */
  record Unknown(UUID logicalSwitch) implements Ground {}

  /** What a chassis is called. */
  record Host(UUID chassis) implements Ground {}
}
