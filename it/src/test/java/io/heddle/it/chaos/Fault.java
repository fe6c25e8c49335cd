package io.heddle.it.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Something bad that happens to members, and then no longer. */
sealed interface Fault {
  void begin(LabCluster cluster);

  void end(LabCluster cluster);

  /** For how long, in any case. */
  default Duration least() {
    return Duration.ofSeconds(1);
  }

  /** Whether a majority is left that can go on. */
  default boolean minority() {
    return true;
  }

  /** kill -9 all at once; they are started again. */
  record Kill(List<String> members) implements Fault {
    @Override
    public void begin(LabCluster cluster) {
      members.forEach(m -> cluster.process(m).kill());
    }

    @Override
    public void end(LabCluster cluster) {
      members.forEach(m -> cluster.process(m).launch());
      members.forEach(m -> cluster.process(m).awaitReady());
    }

    @Override
    public boolean minority() {
      return members.size() == 1;
    }
  }

  /** They stand still, and then go on as if nothing had been. */
  record Freeze(List<String> members) implements Fault {
    @Override
    public void begin(LabCluster cluster) {
      members.forEach(m -> cluster.process(m).freeze());
    }

    @Override
    public void end(LabCluster cluster) {
      members.forEach(m -> cluster.process(m).thaw());
    }

    @Override
    public boolean minority() {
      return members.size() == 1;
    }
  }

  /** Who does not hear whom. */
  record Silence(String to, String from) {
    void set(LabCluster cluster, boolean silent) {
      cluster.machine(to).deafTo(cluster.machine(from), silent);
    }
  }

  /** Packets between members vanish, in one direction or both. */
  record Partition(String what, List<Silence> silences, boolean minority) implements Fault {
    @Override
    public void begin(LabCluster cluster) {
      silences.forEach(s -> s.set(cluster, true));
    }

    @Override
    public void end(LabCluster cluster) {
      silences.forEach(s -> s.set(cluster, false));
    }
  }

  /** Its cable is pulled: neither members nor hosts nor clients reach it. */
  record Unplug(String member) implements Fault {
    @Override
    public void begin(LabCluster cluster) {
      cluster.machine(member).cable(false);
    }

    @Override
    public void end(LabCluster cluster) {
      cluster.machine(member).cable(true);
    }
  }

  /**
   * It writes what nobody hears of, and then is away for so long that the others drop the log of
   * what it misses, as far as they can write that much meanwhile: it gets a snapshot.
   *
   * @param killed whether it ends; else it goes on by itself, cut off
   */
  record Absence(String member, boolean killed) implements Fault {
    private static final long UNHEARD_MILLIS = 500;

    @Override
    public void begin(LabCluster cluster) {
      var others = othersThan(member);
      mute(member, others).forEach(s -> s.set(cluster, true));
      try {
        TimeUnit.MILLISECONDS.sleep(UNHEARD_MILLIS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (killed) {
        cluster.process(member).kill();
      }
      deaf(member, others).forEach(s -> s.set(cluster, true));
    }

    @Override
    public void end(LabCluster cluster) {
      both(member, othersThan(member)).forEach(s -> s.set(cluster, false));
      if (killed) {
        cluster.process(member).launch();
        cluster.process(member).awaitReady();
      }
    }

    @Override
    public Duration least() {
      return Duration.ofSeconds(100);
    }
  }

  /** Its disk has so many bytes left. It is started again when there is room. */
  record FullDisk(String member, int left) implements Fault {
    @Override
    public void begin(LabCluster cluster) {
      cluster.fill(member, left);
    }

    @Override
    public void end(LabCluster cluster) {
      cluster.empty(member);
      var restart = new Kill(List.of(member));
      restart.begin(cluster);
      restart.end(cluster);
    }
  }

  /**
   * Those that are worst for a leader, and then any; a majority is hit by some of them.
   *
   * @param number of those before
   * @param leader who leads, if one does
   */
  static Fault next(int number, Random random, Supplier<String> leader) {
    return switch (number) {
      case 0 -> new FullDisk(leader.get(), 0);
      case 1 -> new Freeze(List.of(leader.get()));
      case 2 -> {
        var leads = leader.get();
        yield new Partition("does not hear", deaf(leads, othersThan(leads)), true);
      }
      default -> random(random, leader);
    };
  }

  private static List<String> othersThan(String member) {
    return LabCluster.NAMES.stream().filter(other -> !other.equals(member)).toList();
  }

  private static Fault random(Random random, Supplier<String> leader) {
    int kind = random.nextInt(20);
    var anyone = LabCluster.NAMES.get(random.nextInt(LabCluster.NAMES.size()));
    boolean leaders = random.nextBoolean();
    int left = random.nextInt(16 << 10);
    int hit = 2 + random.nextInt(2);
    var victim = leaders ? leader.get() : anyone;
    var others = othersThan(victim);
    var many = LabCluster.NAMES.subList(0, hit);
    return switch (kind) {
      case 0, 1, 2 -> new Kill(List.of(victim));
      case 3 -> new Kill(many);
      case 4, 5, 6 -> new Freeze(List.of(victim));
      case 7 -> new Freeze(many);
      case 8, 9 -> new Partition("both ways", both(victim, others), true);
      case 10, 11 -> new Partition("does not hear", deaf(victim, others), true);
      case 12, 13 -> new Partition("is not heard", mute(victim, others), true);
      case 14 -> new Partition("does not hear one", deaf(victim, others.subList(0, 1)), true);
      case 15 -> {
        var all = new ArrayList<>(both(victim, others));
        all.addAll(both(others.get(0), others.subList(1, 2)));
        yield new Partition("all from all", all, false);
      }
      case 16 -> new Unplug(victim);
      default -> new FullDisk(victim, left);
    };
  }

  private static List<Silence> deaf(String member, List<String> to) {
    return to.stream().map(other -> new Silence(member, other)).toList();
  }

  private static List<Silence> mute(String member, List<String> to) {
    return to.stream().map(other -> new Silence(other, member)).toList();
  }

  private static List<Silence> both(String member, List<String> from) {
    var both = new ArrayList<>(deaf(member, from));
    both.addAll(mute(member, from));
    return both;
  }
}
