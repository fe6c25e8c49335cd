package io.heddle.model;

import java.util.List;

/** What {@link StateMachine#apply} yields: the next state, what changed in it, and the answer. */
public record Applied(Snapshot snapshot, List<Change> changes, Outcome outcome) {}
