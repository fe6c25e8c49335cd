package io.heddle.engine;

import java.util.function.Function;

/** A family of queries that the engine keeps answered: one for each key of a domain. */
public record Roots<K, V>(Domain<K> domain, Function<K, Query<V>> query) {}
