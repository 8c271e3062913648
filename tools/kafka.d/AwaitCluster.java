import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringSerializer;

/// Returns once a cluster is of use: every node is there, and a record is written to all of them.
/// A broker that merely answers may still refuse both for a while.
///
/// Run from source: java -cp "build/kafka-libs/*" AwaitCluster.java BOOTSTRAP NODES SECONDS
class AwaitCluster {
    private static final String TOPIC = "tools-kafka-ready";

    public static void main(String[] arguments) throws Exception {
        String bootstrap = arguments[0];
        int nodes = Integer.parseInt(arguments[1]);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[2]));

        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap, "default.api.timeout.ms", 5000,
                "request.timeout.ms", 4000, "reconnect.backoff.max.ms", 200))) {
            while (!everyNodeIsThere(admin, nodes)) {
                if (System.nanoTime() > deadline) {
                    System.err.println("not all of the " + nodes + " nodes have joined");
                    System.exit(1);
                }
                Thread.sleep(100);
            }
            try {
                admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) nodes))).all().get();
            } catch (ExecutionException refused) {
                if (!(refused.getCause() instanceof TopicExistsException)) throw refused;
            }
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            try (var producer = new KafkaProducer<>(
                    Map.<String, Object>of("bootstrap.servers", bootstrap, "acks", "all", "max.block.ms", left),
                    new StringSerializer(), new StringSerializer())) {
                producer.send(new ProducerRecord<>(TOPIC, "ready")).get(left, TimeUnit.MILLISECONDS);
            }
            admin.deleteTopics(List.of(TOPIC)).all().get();
        }
    }

    private static boolean everyNodeIsThere(Admin admin, int nodes) throws InterruptedException {
        try {
            return admin.describeCluster().nodes().get().size() == nodes;
        } catch (ExecutionException notYet) {
            return false;
        }
    }
}
