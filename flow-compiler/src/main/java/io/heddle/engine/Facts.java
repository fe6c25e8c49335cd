package io.heddle.engine;

import com.google.protobuf.Message;
import java.util.UUID;
import java.util.function.Function;

/**
 * What one question has for an answer about each row of a kind, for relations to be made of. It is
 * asked once for each row, however many relations there are.
 */
public record Facts<A>(Class<? extends Message> of, Function<UUID, Query<A>> question) {}
