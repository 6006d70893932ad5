#include <libssh/libssh.h>
#include <libssh/callbacks.h>
/* For ssh_send_keepalive. */
#include <libssh/server.h>
/* Swift's Glibc module has neither of these two. */
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
