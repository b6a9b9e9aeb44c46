/*
 * core/sync: semaphore, event, queue and group, stepped by hand.
 */
#include "config.h"

#include "script.h"

static struct semaphore sem;
static struct event_flag flag;
static struct queue queue;
static int items[4];

static void
setup(void)
{
	script_setup();
	semaphore_init(&sem, 1);
	event_flag_init(&flag);
	queue_init(&queue, 2);
}

static void
teardown(void)
{
	queue_clear(&queue);
	script_teardown();
}

static struct script *
start(struct script *s)
{
	group_start(&group, &s->task);
	co_run(&sched);
	return s;
}

static bool
acquire(struct co_task *self, struct script *s)
{
	(void)s;
	return semaphore_acquire(self, &sem, 1);
}

static bool
acquire_3(struct co_task *self, struct script *s)
{
	(void)s;
	return semaphore_acquire(self, &sem, 3);
}

static bool
release(struct co_task *self, struct script *s)
{
	(void)s;
	self->error = 0;
	semaphore_release(&sem, 1);
	return true;
}

static bool
wait_flag(struct co_task *self, struct script *s)
{
	(void)s;
	return event_flag_wait(self, &flag);
}

static bool
get(struct co_task *self, struct script *s)
{
	return queue_get(self, &queue, &s->item);
}

static bool
put(struct co_task *self, struct script *s)
{
	return queue_put(self, &queue, s->item);
}

static void
semaphore_hands_over_in_order(void)
{
	setup();
	start(script_new('a', acquire, sleep_10, release));
	start(script_new('b', acquire, sleep_10, release));
	start(script_new('c', acquire, sleep_10, release));
	CHECK_STR(script_log, "a:ok ");
	CHECK(sem.free == 0);
	co_advance(&sched, 10);
	co_run(&sched);
	/* handed to b: nobody could take it in between */
	CHECK(sem.free == 0);
	CHECK_STR(script_log, "a:ok a:ok a:ok b:ok ");
	co_advance(&sched, 20);
	co_run(&sched);
	co_advance(&sched, 30);
	co_run(&sched);
	CHECK(sem.free == 1);
	teardown();
}

static void
semaphore_does_not_let_the_late_pass(void)
{
	setup();
	semaphore_release(&sem, 1); /* 2 permits */
	start(script_new('a', acquire_3, NULL, NULL));
	start(script_new('b', acquire, NULL, NULL));
	CHECK_STR(script_log, "");
	semaphore_release(&sem, 1);
	co_run(&sched);
	CHECK_STR(script_log, "a:ok ");
	semaphore_release(&sem, 1);
	co_run(&sched);
	CHECK_STR(script_log, "a:ok b:ok ");
	CHECK(sem.free == 0);
	teardown();
}

static void
cancel_of_a_semaphore_wait(void)
{
	struct script *a, *b;

	setup();
	a = start(script_new('a', acquire_3, NULL, NULL));
	b = start(script_new('b', acquire, acquire, NULL));
	CHECK_STR(script_log, "");
	/* a's withdrawal lets b have the free permit */
	co_cancel(&a->task);
	co_run(&sched);
	CHECK_STR(script_log, "a:cancelled b:ok ");
	co_cancel(&b->task);
	co_run(&sched);
	CHECK_STR(script_log, "a:cancelled b:ok b:cancelled ");
	CHECK(sem.free == 0);
	CHECK(list_empty(&sem.waiters));
	teardown();
}

static void
permit_survives_cancel_after_handover(void)
{
	struct script *b;

	setup();
	start(script_new('a', acquire, NULL, NULL));
	b = start(script_new('b', acquire, sleep_10, release));
	semaphore_release(&sem, 1);
	co_cancel(&b->task); /* it has the permit already */
	co_run(&sched);
	CHECK_STR(script_log, "a:ok b:ok b:cancelled b:ok ");
	CHECK(sem.free == 1);
	teardown();
}

static void
event_wakes_all(void)
{
	struct script *c;

	setup();
	start(script_new('a', wait_flag, NULL, NULL));
	start(script_new('b', wait_flag, NULL, NULL));
	c = start(script_new('c', wait_flag, NULL, NULL));
	co_cancel(&c->task);
	co_run(&sched);
	event_flag_set(&flag);
	co_run(&sched);
	CHECK_STR(script_log, "c:cancelled a:ok b:ok ");
	start(script_new('d', wait_flag, NULL, NULL));
	CHECK_STR(script_log, "c:cancelled a:ok b:ok d:ok ");
	event_flag_unset(&flag);
	c = start(script_new('e', wait_flag, NULL, NULL));
	CHECK(c->task.state == CO_WAITING);
	event_flag_set(&flag);
	co_run(&sched);
	teardown();
}

static void
queue_is_fifo_and_bounded(void)
{
	struct script *p[3], *g;
	int i;

	setup();
	for (i = 0; i < 3; i++) {
		p[i] = script_new((char)('a' + i), put, NULL, NULL);
		p[i]->item = &items[i];
		start(p[i]);
	}
	/* two fit, the third waits */
	CHECK_STR(script_log, "a:ok b:ok ");
	CHECK(p[2]->task.state == CO_WAITING);
	for (i = 0; i < 3; i++) {
		g = script_new('g', get, sleep_10, NULL);
		start(g);
		CHECK(g->item == &items[i]);
	}
	CHECK_STR(script_log, "a:ok b:ok g:ok c:ok g:ok g:ok ");
	CHECK(queue.count == 0);
	co_advance(&sched, 10);
	co_run(&sched);
	teardown();
}

static void
queue_hands_to_waiting_getters(void)
{
	struct script *g[2], *p;

	setup();
	g[0] = start(script_new('g', get, sleep_10, NULL));
	g[1] = start(script_new('h', get, sleep_10, NULL));
	p = script_new('p', put, NULL, NULL);
	p->item = &items[1];
	start(p);
	CHECK(g[0]->item == &items[1]);
	CHECK(g[1]->item == NULL);
	CHECK(queue.count == 0);
	co_cancel(&g[1]->task);
	co_run(&sched);
	CHECK(list_empty(&queue.getters));
	co_advance(&sched, 10);
	co_run(&sched);
	CHECK_STR(script_log, "p:ok g:ok h:cancelled h:cancelled g:ok ");
	teardown();
}

static void
cancel_of_a_queue_put(void)
{
	struct script *p[3];
	int i;

	setup();
	for (i = 0; i < 3; i++) {
		p[i] = script_new((char)('a' + i), put, NULL, NULL);
		p[i]->item = &items[i];
		start(p[i]);
	}
	co_cancel(&p[2]->task);
	co_run(&sched);
	CHECK_STR(script_log, "a:ok b:ok c:cancelled ");
	CHECK(queue.count == 2);
	CHECK(list_empty(&queue.putters));
	teardown();
}

static void
closed_queue_gives_what_it_has(void)
{
	struct script *s;

	setup();
	s = script_new('a', put, put, put);
	s->item = &items[0];
	start(s);
	CHECK(s->task.state == CO_WAITING);
	queue_close(&queue);
	co_run(&sched);
	start(script_new('g', get, get, get));
	CHECK_STR(script_log, "a:ok a:ok a:closed g:ok g:ok g:closed ");
	teardown();
}

static void
close_wakes_getters(void)
{
	setup();
	start(script_new('g', get, NULL, NULL));
	queue_close(&queue);
	co_run(&sched);
	CHECK_STR(script_log, "g:closed ");
	teardown();
}

/* A task of the outer group that waits for the inner one. */
static struct co_group inner;

static bool
wait_inner(struct co_task *self, struct script *s)
{
	(void)s;
	return group_wait(self, &inner);
}

static bool
leave_inner(struct co_task *self, struct script *s)
{
	(void)s;
	group_clear(&inner); /* traps when a task is left */
	self->error = 0;
	return true;
}

static void
group_waits_for_all(void)
{
	setup();
	group_init(&inner, &sched);
	group_start(&inner, &script_new('a', sleep_10, NULL, NULL)->task);
	group_start(&inner, &script_new('b', sleep_10, sleep_10, NULL)->task);
	start(script_new('w', wait_inner, leave_inner, NULL));
	CHECK(inner.live == 2);
	co_advance(&sched, 10);
	co_run(&sched);
	CHECK(inner.live == 1);
	CHECK_STR(script_log, "a:ok b:ok ");
	co_advance(&sched, 20);
	co_run(&sched);
	CHECK(inner.live == 0);
	CHECK_STR(script_log, "a:ok b:ok b:ok w:ok w:ok ");
	teardown();
}

static void
cancelled_group_outlives_no_task(void)
{
	struct script *s;

	setup();
	group_init(&inner, &sched);
	group_start(&inner, &script_new('a', sleep_10, NULL, NULL)->task);
	group_start(&inner, &script_new('b', acquire, acquire, NULL)->task);
	group_start(&inner, &script_new('c', wait_flag, NULL, NULL)->task);
	group_start(&inner, &script_new('d', get, NULL, NULL)->task);
	s = script_new('e', put, put, put);
	s->item = &items[0];
	group_start(&inner, &s->task);
	start(script_new('w', wait_inner, leave_inner, NULL));
	script_log[0] = '\0';
	group_start(&inner, &script_new('n', sleep_10, NULL, NULL)->task);
	group_cancel(&inner);
	co_run(&sched);
	/* d was handed e's item, and e had room: only waits are cancelled */
	CHECK(strstr(script_log, "a:cancelled ") != NULL);
	CHECK(strstr(script_log, "b:cancelled ") != NULL);
	CHECK(strstr(script_log, "c:cancelled ") != NULL);
	CHECK(strstr(script_log, "n:cancelled ") != NULL);
	CHECK(strstr(script_log, "w:ok w:ok ") != NULL);
	CHECK(inner.live == 0);
	teardown();
}

static void
cancel_of_a_group_wait(void)
{
	struct script *w;

	setup();
	group_init(&inner, &sched);
	group_start(&inner, &script_new('a', sleep_10, NULL, NULL)->task);
	w = start(script_new('w', wait_inner, NULL, NULL));
	co_cancel(&w->task);
	co_run(&sched);
	CHECK_STR(script_log, "w:cancelled ");
	co_advance(&sched, 10);
	co_run(&sched);
	CHECK(inner.live == 0);
	group_clear(&inner);
	teardown();
}

TAP_MAIN({"a semaphore hands over first in, first out",
	     semaphore_hands_over_in_order},
    {"a semaphore does not let the late pass the large",
	semaphore_does_not_let_the_late_pass},
    {"cancel of a semaphore wait takes nothing", cancel_of_a_semaphore_wait},
    {"a permit handed over survives the cancel",
	permit_survives_cancel_after_handover},
    {"an event wakes all, and the late at once", event_wakes_all},
    {"a queue is first in, first out and bounded", queue_is_fifo_and_bounded},
    {"a queue hands items to waiting getters", queue_hands_to_waiting_getters},
    {"cancel of a queue put leaves the item", cancel_of_a_queue_put},
    {"a closed queue gives what it has, then ends",
	closed_queue_gives_what_it_has},
    {"closing wakes getters", close_wakes_getters},
    {"a group waits for all its tasks", group_waits_for_all},
    {"a cancelled group outlives none of its tasks",
	cancelled_group_outlives_no_task},
    {"cancel of a group wait", cancel_of_a_group_wait})
