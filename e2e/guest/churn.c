#include "churn.h"

#include <netinet/in.h>
#include <string.h>
#include <time.h>

enum { CATCH_UP_MS = 50, MS = 1000000 };

static struct {
  bool under_way;
  int descriptor;
  struct endpoint peer;
  uint16_t first_port;
  size_t flows;
  size_t rate;
  size_t next;       /* flow */
  uint64_t sent;
  uint64_t paced;    /* datagrams since `began`, also those that were left out or refused */
  int64_t began_ns;
} churn;

static int64_t now_ns(void) {
  struct timespec now = {.tv_sec = 0};
  const int known = clock_gettime(CLOCK_MONOTONIC, &now);
  (void)known; /* it cannot fail for this clock */
  return (int64_t)now.tv_sec * 1000 * MS + now.tv_nsec;
}

/* IPv4 and IPv6 addresses have their port at the same place: sin_port and sin6_port. */
static void set_port(struct endpoint *endpoint, uint16_t port) {
  struct sockaddr_in with_port;
  memcpy(&with_port, &endpoint->address, sizeof with_port);
  with_port.sin_port = htons(port);
  memcpy(&endpoint->address, &with_port, sizeof with_port);
}

static uint16_t port_of(const struct endpoint *endpoint) {
  struct sockaddr_in with_port;
  memcpy(&with_port, &endpoint->address, sizeof with_port);
  return ntohs(with_port.sin_port);
}

bool churn_start(const struct endpoint *peer, size_t flows, size_t rate) {
  const uint64_t before = churn_end();
  (void)before;
  const int descriptor =
      socket(peer->address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) {
    return false;
  }
  churn.under_way = true;
  churn.descriptor = descriptor;
  churn.peer = *peer;
  churn.first_port = port_of(peer);
  churn.flows = flows;
  churn.rate = rate;
  churn.next = 0;
  churn.sent = 0;
  churn.paced = 0;
  churn.began_ns = now_ns();
  return true;
}

uint64_t churn_end(void) {
  if (!churn.under_way) {
    return 0;
  }
  churn.under_way = false;
  hang_up(churn.descriptor);
  return churn.sent;
}

int churn_patience(void) { return churn.under_way ? 1 : -1; }

static void send_one(void) {
  static const char nothing[] = {'.'};
  set_port(&churn.peer, (uint16_t)(churn.first_port + churn.next));
  churn.next = (churn.next + 1) % churn.flows;
  if (sendto(churn.descriptor, nothing, sizeof nothing, MSG_NOSIGNAL,
             (const struct sockaddr *)&churn.peer.address, churn.peer.length) > 0) {
    churn.sent++;
  }
}

void churn_carry_on(void) {
  if (!churn.under_way) {
    return;
  }
  const int64_t passed_ms = (now_ns() - churn.began_ns) / MS;
  const uint64_t due = (uint64_t)passed_ms * churn.rate / 1000;
  const uint64_t most = churn.rate * CATCH_UP_MS / 1000 + 1;
  if (due - churn.paced > most) {
    churn.paced = due - most;
  }
  for (; churn.paced < due; churn.paced++) {
    send_one();
  }
}
