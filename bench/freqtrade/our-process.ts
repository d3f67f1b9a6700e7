// One entry for all processes of ours, since they are compiled at once. Each loads only what it needs.

if (process.argv[2] === 'producer') await import('./our-producer.ts');
else if (process.argv[2] === 'readers') await import('./readers.ts');
else await import('./our-consumer.ts');
