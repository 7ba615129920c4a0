/* The floor that a relay has: one thread, read and write, nothing else. Usage: relay LISTEN UPSTREAM, ports of loopback.
   A slow reader stops everybody here, which the clients of the bench do not mind. Built by the bench with cc. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_FILES = 4096, BLOCK = 256 * 1024, MOST_EVENTS = 256 };
static int other[MOST_FILES];
static char block[BLOCK];
static int one = 1;

static struct sockaddr_in loopback(const char *port) {
  struct sockaddr_in at;
  memset(&at, 0, sizeof at);
  at.sin_family = AF_INET;
  at.sin_port = htons((unsigned short)atoi(port));
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return at;
}

static void watch(int poll, int file) {
  struct epoll_event event;
  memset(&event, 0, sizeof event);
  event.events = EPOLLIN;
  event.data.fd = file;
  epoll_ctl(poll, EPOLL_CTL_ADD, file, &event);
}

static void end(int file) {
  int peer = other[file];
  other[file] = -1;
  close(file);
  if (peer < 0) return;
  other[peer] = -1;
  close(peer);
}

static void take(int poll, int server, const struct sockaddr_in *upstream) {
  int client = accept(server, NULL, NULL);
  int up = socket(AF_INET, SOCK_STREAM, 0);
  if (client < 0 || up < 0 || client >= MOST_FILES || up >= MOST_FILES) exit(1);
  if (connect(up, (const struct sockaddr *)upstream, sizeof *upstream) != 0) exit(1);
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt(up, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  other[client] = up;
  other[up] = client;
  watch(poll, client);
  watch(poll, up);
}

static void carry(int from) {
  int to = other[from];
  if (to < 0) return;
  ssize_t got = read(from, block, sizeof block);
  if (got <= 0) {
    end(from);
    return;
  }
  for (ssize_t sent = 0; sent < got;) {
    ssize_t now = write(to, block + sent, (size_t)(got - sent));
    if (now <= 0) {
      end(from);
      return;
    }
    sent += now;
  }
}

int main(int count, char **words) {
  if (count != 3) return 2;
  struct sockaddr_in here = loopback(words[1]);
  struct sockaddr_in upstream = loopback(words[2]);
  int server = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(server, (struct sockaddr *)&here, sizeof here) != 0 || listen(server, 511) != 0) return 1;
  int poll = epoll_create1(0);
  watch(poll, server);
  puts("ready");
  fflush(stdout);
  struct epoll_event events[MOST_EVENTS];
  for (;;) {
    int ready = epoll_wait(poll, events, MOST_EVENTS, -1);
    for (int at = 0; at < ready; at += 1) {
      if (events[at].data.fd == server) take(poll, server, &upstream);
      else carry(events[at].data.fd);
    }
  }
}
