package io.heddle.engine;

import java.util.function.Function;

/**
 * What one question has for an answer about each key of a domain, for relations to be made of. It
 * is asked once for each key, however many relations there are.
 */
public record Facts<S, A>(Domain<S> of, Function<S, Query<A>> question) {}
