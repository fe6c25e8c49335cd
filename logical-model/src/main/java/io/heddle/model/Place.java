package io.heddle.model;

import java.util.UUID;

/** Where a row is or was. */
record Place(Kind kind, UUID uuid) {}
