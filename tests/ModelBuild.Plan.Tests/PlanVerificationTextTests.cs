namespace ModelBuild.Plan.Tests;

public sealed class PlanVerificationTextTests
{
    private static readonly PlanVerification s_verification = new()
    {
        MaxAbsoluteError = 0.0031,
        MaxRelativeError = 1.0 / 3,
        SqnrDb = double.PositiveInfinity,
        Samples = 256,
        MetricName = "top\"1\n",
        MetricSource = 0.9872,
        MetricDeployed = double.NaN,
    };

    [Fact]
    public void A_verification_survives_the_text_form() =>
        Assert.Equal(s_verification, PlanVerificationText.Read(PlanVerificationText.Write(s_verification)));

    [Fact]
    public void A_broken_line_is_refused_with_its_number()
    {
        string[] lines = PlanVerificationText.Write(s_verification).TrimEnd('\n').Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string kept = lines[i];
            lines[i] = "x" + kept;
            Assert.Equal(i + 1, Assert.Throws<PlanFormatException>(() => PlanVerificationText.Read(string.Join('\n', lines) + "\n")).Line);
            lines[i] = kept;
        }
    }

    [Fact]
    public void A_text_cut_anywhere_is_refused()
    {
        string text = PlanVerificationText.Write(s_verification);
        for (int length = 0; length < text.Length; length++)
        {
            Assert.Throws<PlanFormatException>(() => PlanVerificationText.Read(text[..length]));
        }
    }
}
