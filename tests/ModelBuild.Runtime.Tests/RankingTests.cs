namespace ModelBuild.Runtime.Tests;

public sealed class RankingTests
{
    // One rounding of a float near 1.
    private const float Tolerance = 1e-6f;

    private static readonly string[] s_labels = ["a", "b", "c", "d"];

    [Fact]
    public void Logits_become_softmax_scores_highest_first()
    {
        LabelScore[] best = new LabelScore[3];
        Assert.Equal(3, Ranking.TopK([1f, 3f, 2f, 3f], s_labels, areProbabilities: false, best));
        Assert.Equal([1, 3, 2], best.Select(static item => item.Index));
        double sum = Math.Exp(-2) + Math.Exp(-1) + 2;
        Assert.Equal((float)(1 / sum), best[0].Score, Tolerance);
        Assert.Equal((float)(Math.Exp(-1) / sum), best[2].Score, Tolerance);
    }

    [Fact]
    public void Probabilities_stay_and_a_longer_destination_is_filled_in_part()
    {
        LabelScore[] best = new LabelScore[6];
        Assert.Equal(4, Ranking.TopK([0.1, 0.2, 0.6, 0.1], s_labels, areProbabilities: true, best));
        Assert.Equal(new LabelScore("c", 0.6f, 2), best[0]);
        Assert.Equal(["c", "b", "a", "d", null, null], best.Select(static item => item.Label));
    }

    [Fact]
    public void Every_length_agrees_with_a_stable_sort()
    {
        var random = new Random(1);
        for (int n = 0; n < 40; n++)
        {
            Half[] scores = [.. Enumerable.Range(0, n).Select(_ => (Half)random.Next(0, 9))];
            string[] labels = [.. Enumerable.Range(0, n).Select(static i => $"l{i}")];
            LabelScore[] best = new LabelScore[random.Next(0, n + 2)];
            int count = Ranking.TopK(scores, labels, areProbabilities: true, best);
            Assert.Equal(Enumerable.Range(0, n).OrderByDescending(i => scores[i]).Take(best.Length), best.Take(count).Select(static item => item.Index));
        }
    }

    [Fact]
    public void Large_logits_do_not_overflow_and_NaN_comes_last()
    {
        LabelScore[] best = new LabelScore[4];
        Ranking.TopK([1000f, -1000f, 999f, 0f], s_labels, areProbabilities: false, best);
        Assert.Equal(1 / (1 + (float)Math.Exp(-1)), best[0].Score, Tolerance);
        Ranking.TopK([float.NaN, 1f, float.NaN, 2f], s_labels, areProbabilities: true, best);
        Assert.Equal([3, 1, 0, 2], best.Select(static item => item.Index));
    }

    [Fact]
    public void Labels_must_be_as_many_as_scores() =>
        Assert.Throws<ArgumentException>(() => Ranking.TopK([1f], s_labels, areProbabilities: false, new LabelScore[1]));

    [Fact]
    public void A_score_reads_as_label_and_probability() => Assert.Equal("7 (0.998)", new LabelScore("7", 0.9984f, 7).ToString());
}
