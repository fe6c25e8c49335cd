package io.heddle.bfd;

import java.util.Locale;

/** What one end of a session says of it (RFC 5880 section 4.1), in the order of its numbers. */
enum State {
  ADMIN_DOWN,
  DOWN,
  INIT,
  UP;

  /** As {@link io.heddle.v1.Bfd#getStatus} has it. */
  String status() {
    return name().toLowerCase(Locale.ROOT);
  }
}
