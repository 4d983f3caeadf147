"""Does the work of the workers in the test's own thread, whatever the broker is."""

import dramatiq


def empty_queues() -> None:
    dramatiq.get_broker().flush_all()


def run_queued() -> int:
    """Run every message that is queued now. Answers how many there were."""
    broker = dramatiq.get_broker()
    count = 0
    for queue in broker.get_declared_queues():
        consumer = broker.consume(queue, timeout=50)
        try:
            while (message := next(consumer)) is not None:
                broker.get_actor(message.actor_name)(*message.args, **message.kwargs)
                consumer.ack(message)
                count += 1
        finally:
            consumer.close()
    return count
