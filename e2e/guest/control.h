#ifndef GUEST_CONTROL_H
#define GUEST_CONTROL_H

#include <stdint.h>

#include "connections.h"

/*
 * Carries on with a control connection: sends what is waiting, then takes commands, one a line, and
 * answers each before the next is looked at. Reads at most once, so that no peer keeps the others
 * waiting. Ends the connection when it is over, and after a line of LINE_BYTES or more, which is
 * answered "error …".
 *
 *   ping                            pong
 *   dial <address> <port> <count>   ok <connections under way>
 *   udp <address> <port> <count>    ok <streams opened>
 *   report                          udp <index> <received> <seen>, for each stream; then: end
 *   anything else                   error <what was wanted>
 *
 * <seen> is struct stream's bitmap in hexadecimal, two digits a byte, up to the last byte that is
 * not zero; 00 when nothing came.
 */
void control_carry_on(struct connection *connection, uint64_t turn);

#endif
