package io.heddle.northbound.raft;

import io.atomix.cluster.ClusterMembershipEvent;
import io.atomix.cluster.ClusterMembershipEventListener;
import io.atomix.cluster.ClusterMembershipService;
import io.atomix.cluster.Member;
import io.atomix.cluster.MemberId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The library's own list of members, whose listeners also hear at once of those that the roll call
 * finds gone. Raft stands for election when it hears that of its leader, and does not wait until
 * the election timeout is over.
 */
final class Losses implements ClusterMembershipService {
  private final ClusterMembershipService members;
  private final List<ClusterMembershipEventListener> listeners = new CopyOnWriteArrayList<>();

  /**
   * @param members the library's own list
   */
  Losses(ClusterMembershipService members) {
    this.members = members;
  }

  /** Tells that a member is gone. */
  void tell(String member) {
    var gone =
        Member.builder(MemberId.from(member))
            .withAddress(members.getLocalMember().address())
            .build();
    var event = new ClusterMembershipEvent(ClusterMembershipEvent.Type.MEMBER_REMOVED, gone);
    listeners.forEach(listener -> listener.event(event));
  }

  @Override
  public Member getLocalMember() {
    return members.getLocalMember();
  }

  @Override
  public Set<Member> getMembers() {
    return members.getMembers();
  }

  @Override
  public Member getMember(MemberId member) {
    return members.getMember(member);
  }

  @Override
  public void addListener(ClusterMembershipEventListener listener) {
    listeners.add(listener);
    members.addListener(listener);
  }

  @Override
  public void removeListener(ClusterMembershipEventListener listener) {
    listeners.remove(listener);
    members.removeListener(listener);
  }
}
