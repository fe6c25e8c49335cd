package io.heddle.openflow;

import io.heddle.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What keeps one chassis' switch from doing all that is planned, in words for its operator. */
final class Troubles {
  private final Supplier<String> chassis;
  private Optional<String> lastError = Optional.empty();
  private Optional<Problem> obstacle = Optional.empty();
  private Optional<Problem> handicap = Optional.empty();

  /**
   * @param chassis its name
   */
  Troubles(Supplier<String> chassis) {
    this.chassis = chassis;
  }

  Optional<String> lastError() {
    return lastError;
  }

  /** It is over, but worth telling. */
  void noted(String error) {
    lastError = Optional.of(error);
  }

  /** Nothing can be changed until it is over. */
  void blocked(String obstacle, String error) {
    lastError = Optional.of(error);
    this.obstacle = Optional.of(problem(obstacle));
  }

  void blocked(String why) {
    blocked(why, why);
  }

  void unblocked() {
    obstacle = Optional.empty();
  }

  /** Most works. */
  void handicapped(String why) {
    lastError = Optional.of(why);
    handicap = Optional.of(problem(why));
  }

  /** All there are, those of refused flows among them. */
  List<Problem> problems(List<Problem> refused) {
    var problems = new ArrayList<Problem>();
    obstacle.ifPresent(problems::add);
    handicap.ifPresent(problems::add);
    problems.addAll(refused);
    return problems;
  }

  private Problem problem(String message) {
    return new Problem("Chassis", chassis.get(), message);
  }
}
