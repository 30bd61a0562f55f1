package io.conntracksync.node.linux;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Error numbers of Linux that this agent meets, as in {@code asm-generic/errno.h}. */
public enum Errno {
  EPERM(1),
  ENOENT(2),
  EINTR(4),
  E2BIG(7),
  EAGAIN(11),
  ENOMEM(12),
  EACCES(13),
  EBUSY(16),
  EEXIST(17),
  ENOTDIR(20),
  EINVAL(22),
  ENFILE(23),
  EMFILE(24),
  ENOSPC(28),
  ERANGE(34),
  ENOSYS(38),
  ELOOP(40),
  EMSGSIZE(90),
  EPROTONOSUPPORT(93),
  EOPNOTSUPP(95),
  EAFNOSUPPORT(97),
  ENOBUFS(105),
  ECONNREFUSED(111),
  /** Not for user space, says the kernel, but bpf(2) answers it for what a map type cannot do. */
  ENOTSUPP(524);

  private static final Map<Integer, Errno> BY_NUMBER =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(e -> e.number, identity()));

  private final int number;

  Errno(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** Whether this is the given number. */
  public boolean is(int errno) {
    return number == errno;
  }

  /** The name for people; {@code errno 71} for one that is not in the list. */
  public static String nameOf(int errno) {
    Errno known = BY_NUMBER.get(errno);
    return known == null ? "errno " + errno : known.name();
  }

  private static Function<Errno, Errno> identity() {
    return Function.identity();
  }
}
