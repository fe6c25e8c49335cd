package io.heddle.openflow.wire;

/**
 * Why a line ended.
 *
 * @param reason for people
 * @param fault the other end did what it must not, so somebody should know
 */
public record Ending(String reason, boolean fault) {}
