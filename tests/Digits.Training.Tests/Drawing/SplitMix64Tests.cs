using Digits.Drawing;

namespace Digits.Training.Tests.Drawing;

public sealed class SplitMix64Tests
{
    private const int Draws = 20_000;
    private const double MomentTolerance = 0.03;

    [Fact]
    public void Streams_of_neighbouring_indices_and_seeds_differ()
    {
        ulong[] first = [.. Streams().Select(random => random.NextUInt64())];
        Assert.Equal(first.Length, first.Distinct().Count());

        static IEnumerable<SplitMix64> Streams()
        {
            for (ulong seed = 0; seed < 50; seed++)
            {
                for (ulong index = 0; index < 50; index++)
                {
                    yield return new SplitMix64(seed, index);
                }
            }
        }
    }

    [Fact]
    public void Noise_has_mean_zero_and_variance_one()
    {
        var random = new SplitMix64(1, 2);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < Draws; i++)
        {
            double noise = random.NextNoise();
            sum += noise;
            squares += noise * noise;
        }

        Assert.InRange(sum / Draws, -MomentTolerance, MomentTolerance);
        Assert.InRange(squares / Draws, 1 - MomentTolerance, 1 + MomentTolerance);
    }

    [Fact]
    public void Integers_cover_their_range_and_nothing_else()
    {
        var random = new SplitMix64(3, 4);
        int[] counts = new int[7];
        for (int i = 0; i < Draws; i++)
        {
            counts[random.NextInt32(counts.Length)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 2500, 3200));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SplitMix64(0, 0).NextInt32(0));
    }
}
