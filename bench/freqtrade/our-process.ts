// One entry for both processes of ours, since they are compiled at once. Each loads only what it needs.

if (process.argv[2] === 'producer') await import('./our-producer.ts');
else await import('./our-consumer.ts');
