package io.heddle.northbound.raft;

import io.heddle.northbound.raft.Charter.Stage;
import io.heddle.northbound.raft.message.Sign;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What a member does before it takes part in Raft, from its own {@link Charter} and what the others
 * say of theirs. A cluster is founded once, when all its members are there and have nothing: the
 * first by name proposes an identity, the others accept it, and when the first has heard that of
 * all of them it is founded. So a member whose folder is empty where a cluster is founded already
 * has lost its data, or is new; it must not vote before it has what it may have promised, and
 * joins.
 *
 * @param self this member's name
 * @param all the names of all members in the configuration, this one's among them
 */
record Founding(String self, SortedSet<String> all) {
  /** What is to be done next. */
  sealed interface Step {}

  /** Write this charter, and look again. */
  record Write(Charter charter) implements Step {}

  /** Take part with what the folder holds. */
  record Start() implements Step {}

  /** Take part once all is fetched from the others. */
  record Join(UUID cluster) implements Step {}

  /** Look again when the others have said more. */
  record Wait(String why) implements Step {}

  /** This member can have no part in the cluster. */
  record Refuse(String why) implements Step {}

  /**
   * @param own what the folder says
   * @param signs of the other members that answered lately, by name
   * @param identity draws that of a new cluster
   */
  Step next(Optional<Charter> own, Map<String, Sign> signs, Supplier<UUID> identity) {
    var others = new TreeMap<>(signs);
    others.keySet().retainAll(all);
    others.remove(self);
    if (own.isPresent() && own.get().founded()) {
      return take(own.get(), others);
    }
    var founded = founded(others.values());
    if (founded.size() > 1) {
      return new Refuse("the other members are of several clusters: " + tell(others));
    }
    if (!founded.isEmpty()) {
      return ofFounded(own, founded.iterator().next());
    }
    if (own.isPresent() && own.get().stage() == Stage.JOINING) {
      return new Wait("no other member of cluster " + own.get().cluster() + " answers");
    }
    return found(own, others, identity);
  }

  private Step ofFounded(Optional<Charter> own, UUID cluster) {
    if (own.filter(c -> c.cluster().equals(cluster) && c.stage() == Stage.ACCEPTED).isPresent()) {
      return new Write(new Charter(cluster, Stage.FOUNDED));
    }
    if (own.filter(c -> c.stage() == Stage.JOINING && !c.cluster().equals(cluster)).isPresent()) {
      return new Refuse(
          "it was about to join cluster "
              + own.get().cluster()
              + ", but the others are of cluster "
              + cluster);
    }
    return new Join(cluster);
  }

  private Step found(Optional<Charter> own, Map<String, Sign> others, Supplier<UUID> identity) {
    if (self.equals(all.first())) {
      if (own.isEmpty()) {
        return new Write(new Charter(identity.get(), Stage.PROPOSED));
      }
      var proposed = own.get().cluster();
      boolean agreed =
          others.size() == all.size() - 1
              && others.values().stream().allMatch(s -> proposed.equals(cluster(s)));
      return agreed
          ? new Write(new Charter(proposed, Stage.FOUNDED))
          : new Wait("a new cluster is founded when all its members are there: " + tell(others));
    }
    var proposal = Optional.ofNullable(others.get(all.first())).map(Founding::cluster);
    if (proposal.isPresent() && !proposal.equals(own.map(Charter::cluster))) {
      return new Write(new Charter(proposal.get(), Stage.ACCEPTED));
    }
    return new Wait("a new cluster is founded when all its members are there: " + tell(others));
  }

  /**
   * A member with data starts when a majority is of its cluster; until then nothing could be
   * committed anyway.
   */
  private Step take(Charter own, Map<String, Sign> others) {
    long same = 1 + others.values().stream().filter(s -> own.cluster().equals(cluster(s))).count();
    long foreign =
        others.values().stream()
            .filter(s -> s.getFounded() && !own.cluster().equals(cluster(s)))
            .count();
    if (2 * foreign > all.size()) {
      return new Refuse(
          "its data is of cluster "
              + own.cluster()
              + ", that of the others is not: "
              + tell(others));
    }
    if (2 * same <= all.size()) {
      return new Wait("no majority of cluster " + own.cluster() + " answers: " + tell(others));
    }
    var leader =
        others.values().stream()
            .filter(s -> own.cluster().equals(cluster(s)))
            .filter(s -> s.getLeader().equals(s.getMember()))
            .findFirst();
    return leader.filter(s -> !s.getKnownList().contains(self)).isPresent()
        ? new Refuse(
            "it was removed from cluster "
                + own.cluster()
                + ". To join again it needs an empty data folder")
        : new Start();
  }

  private static SortedSet<UUID> founded(Collection<Sign> signs) {
    return signs.stream()
        .filter(Sign::getFounded)
        .map(Founding::cluster)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static UUID cluster(Sign sign) {
    return sign.getCluster().isEmpty() ? null : UUID.fromString(sign.getCluster());
  }

  private String tell(Map<String, Sign> others) {
    return all.stream()
        .filter(m -> !m.equals(self))
        .map(m -> m + " " + state(Optional.ofNullable(others.get(m))))
        .collect(Collectors.joining(", "));
  }

  private static String state(Optional<Sign> sign) {
    return sign.map(
            s ->
                s.getCluster().isEmpty()
                    ? "has no data"
                    : (s.getFounded() ? "is of cluster " : "would found cluster ") + s.getCluster())
        .orElse("does not answer");
  }
}
