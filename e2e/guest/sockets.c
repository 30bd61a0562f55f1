#include "sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum {
  LISTEN_QUEUE = 128,
  PROBE_AFTER_SECONDS = 300,
  PROBE_EVERY_SECONDS = 20,
  PROBES = 3,
  UNACKNOWLEDGED_MAX_MS = 120000
};

void hang_up(int descriptor) {
  const int closed = close(descriptor);
  (void)closed;
}

/* -1 with the errno that stands, after closing what was half made. */
static int given_up(int descriptor) {
  const int error = errno;
  hang_up(descriptor);
  errno = error;
  return -1;
}

bool endpoint_read(struct endpoint *endpoint, const char *address, unsigned long port) {
  memset(endpoint, 0, sizeof *endpoint);
  if (port < 1 || port > UINT16_MAX) {
    return false;
  }
  struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (inet_pton(AF_INET, address, &ipv4.sin_addr) == 1) {
    memcpy(&endpoint->address, &ipv4, sizeof ipv4);
    endpoint->length = sizeof ipv4;
    return true;
  }
  struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
  if (inet_pton(AF_INET6, address, &ipv6.sin6_addr) == 1) {
    memcpy(&endpoint->address, &ipv6, sizeof ipv6);
    endpoint->length = sizeof ipv6;
    return true;
  }
  return false;
}

static bool set_option(int descriptor, int level, int option, int value) {
  return setsockopt(descriptor, level, option, &value, sizeof value) == 0;
}

static struct endpoint any_address(int family, unsigned short port) {
  struct endpoint endpoint = {.length = 0};
  if (family == AF_INET) {
    const struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(port)};
    memcpy(&endpoint.address, &any, sizeof any);
    endpoint.length = sizeof any;
  } else {
    const struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    memcpy(&endpoint.address, &any, sizeof any);
    endpoint.length = sizeof any;
  }
  return endpoint;
}

int listen_on(int family, unsigned short port) {
  const int descriptor = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) {
    return -1;
  }
  const struct endpoint any = any_address(family, port);
  if (!set_option(descriptor, SOL_SOCKET, SO_REUSEADDR, 1) ||
      (family == AF_INET6 && !set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1)) ||
      bind(descriptor, (const struct sockaddr *)&any.address, any.length) != 0 ||
      listen(descriptor, LISTEN_QUEUE) != 0) {
    return given_up(descriptor);
  }
  return descriptor;
}

static bool set_up(int descriptor) {
  return set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1) &&
         set_option(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1) &&
         set_option(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, PROBE_AFTER_SECONDS) &&
         set_option(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, PROBE_EVERY_SECONDS) &&
         set_option(descriptor, IPPROTO_TCP, TCP_KEEPCNT, PROBES) &&
         set_option(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, UNACKNOWLEDGED_MAX_MS);
}

int accept_from(int listener) {
  const int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor >= 0 && !set_up(descriptor)) {
    return given_up(descriptor);
  }
  return descriptor;
}

int dial(const struct endpoint *peer) {
  const int descriptor =
      socket(peer->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) {
    return -1;
  }
  if (!set_up(descriptor)) {
    return given_up(descriptor);
  }
  if (connect(descriptor, (const struct sockaddr *)&peer->address, peer->length) != 0 &&
      errno != EINPROGRESS) {
    return given_up(descriptor);
  }
  return descriptor;
}

int datagrams_with(const struct endpoint *peer) {
  const int descriptor =
      socket(peer->address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) {
    return -1;
  }
  if (connect(descriptor, (const struct sockaddr *)&peer->address, peer->length) != 0) {
    return given_up(descriptor);
  }
  return descriptor;
}
