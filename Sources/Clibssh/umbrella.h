#include <libssh/libssh.h>
#include <libssh/callbacks.h>
/* Swift's Glibc module has neither of these two. */
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
