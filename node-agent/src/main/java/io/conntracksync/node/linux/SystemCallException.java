package io.conntracksync.node.linux;

import java.io.IOException;

/**
 * A system call failed: {@code <call> <object> failed: <ERRNO name>} and, where known, what to do.
 */
public final class SystemCallException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  public SystemCallException(String call, String object, int errno) {
    this(call, object, errno, hint(errno));
  }

  /** With a hint of one's own: {@code ""}, or text that begins with a semicolon. */
  SystemCallException(String call, String object, int errno, String hint) {
    super(call + " " + object + " failed: " + Errno.nameOf(errno) + hint);
    this.errno = errno;
  }

  /** The error number as the kernel gave it. */
  public int errno() {
    return errno;
  }

  private static String hint(int errno) {
    if (Errno.EPERM.is(errno)) {
      return "; needs CAP_NET_ADMIN, and CAP_SYS_ADMIN to enter another network namespace";
    }
    if (Errno.EACCES.is(errno)) {
      return "; needs to run as root or with CAP_SYS_PTRACE to reach another process's namespace";
    }
    if (Errno.EPROTONOSUPPORT.is(errno)) {
      return "; load the kernel module nf_conntrack_netlink";
    }
    if (Errno.EMFILE.is(errno)) {
      return "; raise the limit of open files of this process";
    }
    return "";
  }
}
