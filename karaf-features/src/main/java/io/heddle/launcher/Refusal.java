package io.heddle.launcher;

/** Why Heddle does not start; its message is one line, meant for whoever tried to start it. */
final class Refusal extends Exception {
  Refusal(String message) {
    super(message);
  }
}
