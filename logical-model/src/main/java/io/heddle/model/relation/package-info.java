/**
 * OVSDB's relational model (RFC 7047) without a network: schemas, values, operations, and the
 * {@link io.heddle.model.relation.Interpreter} that carries transactions out on whatever gives it
 * {@link io.heddle.model.relation.Tables}.
 *
 * <p>Nothing here reads a clock or draws a random number, so every member of a cluster gets the
 * same results from the same operations.
 */
package io.heddle.model.relation;
