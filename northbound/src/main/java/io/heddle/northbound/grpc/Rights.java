package io.heddle.northbound.grpc;

import io.grpc.MethodDescriptor;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.heddle.northbound.access.Role;
import io.heddle.v1.api.AuditGrpc;
import io.heddle.v1.api.ClusterGrpc;
import io.heddle.v1.api.NorthboundGrpc;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which role each method needs. */
final class Rights {
  /** Whoever watches whether a server lives has no role. */
  private static final Set<String> NONE =
      names(HealthGrpc.getCheckMethod(), HealthGrpc.getWatchMethod());

  private static final Map<Role, Set<String>> NEEDED =
      Map.of(
          Role.READ,
          names(
              NorthboundGrpc.getGetMethod(),
              NorthboundGrpc.getListMethod(),
              NorthboundGrpc.getWatchMethod(),
              NorthboundGrpc.getWaitForMethod(),
              NorthboundGrpc.getListProblemsMethod(),
              NorthboundGrpc.getGetStatusMethod(),
              ClusterGrpc.getGetMembersMethod(),
              ServerReflectionGrpc.getServerReflectionInfoMethod(),
              olderReflection()),
          Role.WRITE,
          names(NorthboundGrpc.getCommitMethod()),
          Role.ADMIN,
          names(
              ClusterGrpc.getRemoveMemberMethod(),
              ClusterGrpc.getBackupMethod(),
              ClusterGrpc.getRestoreMethod(),
              AuditGrpc.getListCommitsMethod()));

  private Rights() {}

  private static Set<String> names(MethodDescriptor<?, ?>... methods) {
    return Stream.of(methods)
        .map(MethodDescriptor::getFullMethodName)
        .collect(Collectors.toUnmodifiableSet());
  }

  @SuppressWarnings("deprecation")
  private static MethodDescriptor<?, ?> olderReflection() {
    return io.grpc.reflection.v1alpha.ServerReflectionGrpc.getServerReflectionInfoMethod();
  }

  /** Whether somebody has thought of the method. */
  static boolean known(String method) {
    return NONE.contains(method) || NEEDED.values().stream().anyMatch(m -> m.contains(method));
  }

  /** Empty where anybody may; what nobody has thought of is for administrators. */
  static Optional<Role> needed(String method) {
    if (NONE.contains(method)) {
      return Optional.empty();
    }
    return Optional.of(
        Stream.of(Role.values())
            .filter(role -> NEEDED.get(role).contains(method))
            .findFirst()
            .orElse(Role.ADMIN));
  }
}
