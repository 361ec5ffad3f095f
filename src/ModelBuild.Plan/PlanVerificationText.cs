using System.Text;
using ModelBuild.Plan.Text;

namespace ModelBuild.Plan;

/// <summary>Reads and writes the text form of a <see cref="PlanVerification"/>.</summary>
public static class PlanVerificationText
{
    /// <summary>The first word of the text.</summary>
    public const string Magic = "modelbuild-verification";

    /// <summary>The text form; its numbers keep their bits.</summary>
    public static string Write(PlanVerification verification)
    {
        var text = new StringBuilder();
        PlanWriter.AppendWord(text, Magic, TextNumbers.Format(PlanVerification.FormatVersion));
        PlanWriter.AppendWord(text, "max-absolute-error", TextNumbers.Format(verification.MaxAbsoluteError));
        PlanWriter.AppendWord(text, "max-relative-error", TextNumbers.Format(verification.MaxRelativeError));
        PlanWriter.AppendWord(text, "sqnr-db", TextNumbers.Format(verification.SqnrDb));
        PlanWriter.AppendWord(text, "samples", TextNumbers.Format(verification.Samples));
        PlanWriter.AppendString(text, "metric", verification.MetricName);
        PlanWriter.AppendWord(text, "metric-source", TextNumbers.Format(verification.MetricSource));
        PlanWriter.AppendWord(text, "metric-deployed", TextNumbers.Format(verification.MetricDeployed));
        PlanWriter.AppendWord(text, "end", "0");
        return text.ToString();
    }

    /// <summary>Reads what <see cref="Write"/> writes.</summary>
    /// <exception cref="PlanFormatException">The text is anything else.</exception>
    public static PlanVerification Read(string text)
    {
        var lines = new TextLines(text);
        lines.ReadHeader(Magic, PlanVerification.FormatVersion);
        var verification = new PlanVerification
        {
            MaxAbsoluteError = lines.ReadDouble("max-absolute-error"),
            MaxRelativeError = lines.ReadDouble("max-relative-error"),
            SqnrDb = lines.ReadDouble("sqnr-db"),
            Samples = (int)lines.ReadNumber("samples", 0, int.MaxValue),
            MetricName = lines.ReadString("metric"),
            MetricSource = lines.ReadDouble("metric-source"),
            MetricDeployed = lines.ReadDouble("metric-deployed"),
        };
        lines.ReadEnd(0);
        return verification;
    }
}
