package io.heddle.northbound.raft;

import io.heddle.model.Cluster;
import io.heddle.model.Store.UnavailableException;
import io.heddle.northbound.raft.message.Sign;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** The cluster as this member tells of it: from what Raft knows and what the others said last. */
final class Roster implements Cluster {
  private final StoreSettings settings;
  private final UUID id;
  private final Members members;
  private final RollCall rollCall;
  private final Supplier<Sign> own;
  private final Function<String, CompletableFuture<Void>> removal;

  Roster(
      StoreSettings settings,
      UUID id,
      Members members,
      RollCall rollCall,
      Supplier<Sign> own,
      Function<String, CompletableFuture<Void>> removal) {
    this.settings = settings;
    this.id = id;
    this.members = members;
    this.rollCall = rollCall;
    this.own = own;
    this.removal = removal;
  }

  @Override
  public UUID id() {
    return id;
  }

  @Override
  public String self() {
    return settings.member();
  }

  @Override
  public long term() {
    return members.view().term();
  }

  @Override
  public List<Member> members() {
    var view = members.view();
    var signs = rollCall.signs();
    signs.put(self(), own.get());
    return members.all().stream()
        .map(
            name -> {
              var sign = Optional.ofNullable(signs.get(name));
              return new Member(
                  name,
                  rollCall.address(name).or(() -> sign.flatMap(this::address)),
                  view.members().contains(name),
                  sign.isPresent(),
                  view.leader().filter(name::equals).isPresent(),
                  sign.map(s -> new Reached(s.getRevision(), s.getEntry(), version(s))));
            })
        .toList();
  }

  /** The first Heddle did not say. */
  private static int version(Sign sign) {
    return Math.max(1, sign.getVersion());
  }

  private Optional<String> address(Sign sign) {
    return settings.address().map(a -> sign.getHost() + ":" + sign.getPort());
  }

  @Override
  public CompletableFuture<Void> remove(String name) {
    var all = members();
    var member = all.stream().filter(m -> m.name().equals(name)).findFirst();
    if (member.isEmpty()) {
      return refused(
          "there is no member %s; there are %s"
              .formatted(name, all.stream().map(Member::name).toList()));
    }
    if (member.get().live()) {
      return refused("member " + name + " is live: stop it first");
    }
    var lacking = members.lacking();
    if (lacking.isPresent()) {
      return CompletableFuture.failedFuture(UnavailableException.untouched(lacking.get()));
    }
    return removal
        .apply(name)
        .orTimeout(settings.commitTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(
            e ->
                CompletableFuture.failedFuture(
                    new UnavailableException(
                        "nobody knows whether " + name + " was removed: " + e.getMessage(), e)));
  }

  private static CompletableFuture<Void> refused(String why) {
    return CompletableFuture.failedFuture(new IllegalArgumentException(why));
  }
}
