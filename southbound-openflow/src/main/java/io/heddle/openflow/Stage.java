package io.heddle.openflow;

/** How far a session has come with its switch. */
enum Stage {
  /** The role is asked for. */
  ROLE,
  /** The mapping of tunnel options is asked for. */
  OPTIONS,
  /** The switch's meters are being read back. */
  METERS,
  /** Its flows are. */
  FLOWS,
  /** They are known, but the plan is not yet. */
  PLAN,
  /** A bundle is under way; the barrier after it tells the outcome. */
  BUNDLE,
  /** The switch has all that was planned. */
  CURRENT,
  /** A bundle failed; after a rest the flows are read back. */
  RESTING,
  /** The switch obeys a later generation than ours; soon it is asked again. */
  OUTRANKED,
  /** The switch can't be used as it is; soon the connection ends, so that it tries again. */
  HELD
}
